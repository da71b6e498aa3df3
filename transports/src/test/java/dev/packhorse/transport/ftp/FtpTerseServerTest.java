package dev.packhorse.transport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.server.VsftpdFake;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is made of a server that has one text for all that can be wrong, as vsftpd.
class FtpTerseServerTest {
    private static final ObjectKey KEY = new ObjectKey("2026/a.tar");

    private VsftpdFake server;
    private Transport transport;

    @BeforeEach
    void start() throws IOException {
        server = VsftpdFake.start();
        Map<String, String> values =
                Map.of(
                        "host",
                        "127.0.0.1",
                        "port",
                        String.valueOf(server.port()),
                        "username",
                        "bk",
                        "passive",
                        "1",
                        "tls",
                        "none");
        transport =
                new FtpTransportFactory()
                        .open(
                                new TransportSettings(
                                        new TreeMap<>(values),
                                        new TreeMap<>(Map.of("password", new Secret("pw"))),
                                        Duration.ofSeconds(20)));
        server.addFolder("/2026");
        server.addFile("/2026/b.tar", 3);
    }

    @AfterEach
    void stop() throws IOException {
        transport.close();
        server.close();
    }

    private List<String> listed() throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", found -> keys.add(found.key().value()), Cancellation.never());
        return keys;
    }

    private void assertDenied(ThrowingCallable call, String named) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.DENIED))
                .hasMessageContaining(named);
    }

    @Test
    void aLookForANameReadsNoFolder() throws IOException {
        assertThat(transport.stat(KEY)).isEmpty();
        assertThat(transport.stat(new ObjectKey("2027/12/a.tar"))).isEmpty();
        assertThat(transport.stat(new ObjectKey("2026/b.tar"))).isPresent();
        transport.delete(KEY);
        assertThat(server.commands())
                .contains("NLST /2026/a.tar")
                .noneMatch(line -> line.startsWith("LIST"));
    }

    @Test
    void aFileThatTheDiskDoesNotGiveIsThere() {
        server.addUnreadFile("/2026/a.tar");
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(() -> transport.stat(KEY), () -> transport.delete(KEY))) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE));
        }
    }

    @Test
    void aFolderThatIsThereAndCannotBeEnteredIsNamed() {
        server.addShutFolder("/2026/private");
        assertDenied(this::listed, "/2026/private");
        assertDenied(() -> transport.stat(new ObjectKey("2026/private/a")), "/2026/private");
    }

    @Test
    void whatAFileSystemCheckFoundIsPassedOver() throws IOException {
        server.addShutFolder("/lost+found");
        assertThat(listed()).containsExactly("2026/b.tar");
    }

    @Test
    void aServerThatListsNoFoldersTakesUploads() throws IOException {
        server.listNothing();
        for (PutMode mode : PutMode.values()) {
            ObjectKey key = new ObjectKey("2026/" + mode);
            transport.put(key, BytesContent.of(new byte[] {1, 2}), mode, Cancellation.never());
            assertThat(transport.stat(key).map(ObjectInfo::sizeBytes)).contains(2L);
        }
        assertDenied(() -> transport.stat(KEY), "list folders");
        assertDenied(() -> transport.delete(KEY), "list folders");
    }
}
