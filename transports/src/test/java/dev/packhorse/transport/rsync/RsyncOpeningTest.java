package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RsyncOpeningTest {
    private static final String WRONG = "wrong-and-secret";

    @TempDir private Path folder;

    @Test
    void aKeyWithoutPassphraseOpens() throws IOException {
        try (Transport transport =
                RsyncPlace.fresh().withKey(OpensshServer.shared().key()).open()) {
            assertThat(transport.stat(new ObjectKey("none"))).isEmpty();
        }
    }

    @Test
    void aWrongPasswordIsDenied() throws IOException {
        RsyncPlace place = RsyncPlace.fresh().withSecret("password", WRONG);
        TransportException failure = Failures.of(Kind.DENIED, place::open, WRONG);
        assertThat(failure)
                .hasMessageEndingWith(
                        "the server does not accept this password for "
                                + OpensshServer.shared().user());
    }

    @Test
    void aStrangersKeyIsDenied() throws IOException {
        RsyncPlace place = RsyncPlace.fresh().withKey(OpensshServer.shared().strangersKey());
        Failures.of(Kind.DENIED, place::open);
    }

    @Test
    void aWrongPassphraseIsNamed() throws IOException {
        RsyncPlace place = RsyncPlace.fresh().withKey(OpensshServer.shared().lockedKey());
        assertThat(Failures.of(Kind.REFUSED, place::open))
                .hasMessageContaining("passphrase does not open it");
        place.withSecret("passphrase", WRONG);
        assertThat(Failures.of(Kind.REFUSED, place::open, WRONG))
                .hasMessageContaining("passphrase does not open it");
    }

    @Test
    void anUnconfirmedHostKeyIsShownAndRefused() throws IOException {
        String fingerprint = OpensshServer.shared().fingerprint();
        RsyncPlace place = RsyncPlace.fresh().with("host_key", "");
        assertThat(Failures.of(Kind.REFUSED, place::open, OpensshServer.PASSWORD))
                .hasMessageContaining("not confirmed yet")
                .hasMessageContaining(fingerprint)
                .hasMessageContaining("set host_key to it");
    }

    @Test
    void aChangedHostKeyIsRefusedBeforeThePasswordIsTold() throws IOException {
        String other = "SHA256:" + "A".repeat(43);
        RsyncPlace place = RsyncPlace.fresh().with("host_key", other);
        assertThat(Failures.of(Kind.REFUSED, place::open, OpensshServer.PASSWORD))
                .hasMessageContaining(OpensshServer.shared().fingerprint())
                .hasMessageContaining("not the confirmed one");
        try (Transport both =
                place.with("host_key", other + ", " + OpensshServer.shared().fingerprint())
                        .open()) {
            assertThat(both.traits().readsRanges()).isFalse();
        }
    }

    @Test
    void aSilentServerTimesOut() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            RsyncPlace place =
                    RsyncPlace.fresh()
                            .with("port", Integer.toString(silent.getLocalPort()))
                            .within(Duration.ofSeconds(1));
            Failures.of(Kind.TIMED_OUT, place::open, OpensshServer.PASSWORD);
        }
    }

    @Test
    void aClosedPortIsUnavailable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        RsyncPlace place = RsyncPlace.fresh().with("port", Integer.toString(port));
        Failures.of(Kind.UNAVAILABLE, place::open);
    }

    @ParameterizedTest
    @CsvSource({
        "host,-oProxyCommand=x",
        "host,a b",
        "username,-l",
        "username,a b",
        "port,0",
        "port,22;id",
        "path,../up",
        "path,all*",
        "authtype,none",
        "host_key,SHA256:short",
        "host_key,MD5:00",
    })
    void aBadSettingIsNamed(String name, String value) throws IOException {
        RsyncPlace place = RsyncPlace.fresh().with(name, value);
        assertThat(Failures.of(Kind.REFUSED, place::open)).hasMessageContaining(name);
    }

    @Test
    void aKeyFileThatIsNoKeyIsRefused() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "no key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertRefusedKey(key, "it is no private key");
    }

    @Test
    void aPasswordOpens() throws IOException {
        try (Transport transport = RsyncPlace.fresh().open()) {
            assertThat(transport.stat(new ObjectKey("none"))).isEmpty();
        }
    }

    @Test
    void aKeyWithPassphraseOpensAndFoldersAreMade() throws IOException {
        RsyncPlace place = RsyncPlace.fresh();
        place.with("path", place.folder() + "/two words//it's still/")
                .withKey(OpensshServer.shared().lockedKey())
                .withSecret("passphrase", OpensshServer.PASSPHRASE);
        try (Transport transport = place.open()) {
            assertThat(transport.stat(new ObjectKey("none"))).isEmpty();
        }
        assertThat(place.folder()).isDirectory();
    }

    @Test
    void aServerWithoutRsyncIsRefused() throws IOException {
        assertRefusedServer("exec no-such-rsync", "not found");
    }

    @Test
    void aShellThatTalksIsRefused() throws IOException {
        assertRefusedServer("echo Welcome to this server; exec $SSH_ORIGINAL_COMMAND", "shell");
    }

    @Test
    void aServerThatCannotSyncIsUsedWithoutSyncing() throws IOException {
        Path key =
                OpensshServer.shared()
                        .keyThatRuns(
                                """
                                case "$SSH_ORIGINAL_COMMAND" in
                                *--fsync*) echo "rsync: --fsync: unknown option" >&2; exit 1;;
                                esac
                                exec $SSH_ORIGINAL_COMMAND
                                """);
        RsyncPlace place = RsyncPlace.fresh().withKey(key);
        try (Transport transport = place.open()) {
            transport.put(
                    new ObjectKey("k"),
                    BytesContent.of(new byte[] {1}),
                    PutMode.CREATE,
                    Cancellation.never());
        }
        assertThat(place.folder().resolve("k")).hasBinaryContent(new byte[] {1});
    }

    private static void assertRefusedServer(String script, String why) throws IOException {
        RsyncPlace place = RsyncPlace.fresh().withKey(OpensshServer.shared().keyThatRuns(script));
        assertThat(Failures.of(Kind.REFUSED, place::open)).hasMessageContaining(why);
    }

    private static void assertRefusedKey(Path file, String why) throws IOException {
        RsyncPlace place = RsyncPlace.fresh().withKey(file);
        assertThat(Failures.of(Kind.REFUSED, place::open)).hasMessageContaining(why);
    }
}
