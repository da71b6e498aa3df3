package dev.packhorse.transport.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.ObjectKey;
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

class SftpOpeningTest {
    private static final String WRONG = "wrong-and-secret";

    @TempDir private Path folder;

    @Test
    void aKeyWithoutPassphraseOpens() throws IOException {
        try (Transport transport = SftpPlace.fresh().withKey(OpensshServer.shared().key()).open()) {
            assertThat(transport.stat(new ObjectKey("none"))).isEmpty();
            assertThat(transport.traits().createsExclusively()).isTrue();
        }
    }

    @Test
    void aWrongPasswordIsDenied() throws IOException {
        SftpPlace place = SftpPlace.fresh().withSecret("password", WRONG);
        TransportException failure = Failures.of(Kind.DENIED, place::open, WRONG);
        assertThat(failure)
                .hasMessageEndingWith(
                        "the server does not accept this password for "
                                + OpensshServer.shared().user());
    }

    @Test
    void aStrangersKeyIsDenied() throws IOException {
        SftpPlace place = SftpPlace.fresh().withKey(OpensshServer.shared().strangersKey());
        Failures.of(Kind.DENIED, place::open);
    }

    @Test
    void aWrongPassphraseIsNamed() throws IOException {
        SftpPlace place = SftpPlace.fresh().withKey(OpensshServer.shared().lockedKey());
        assertThat(Failures.of(Kind.REFUSED, place::open))
                .hasMessageContaining("passphrase does not open it");
        place.withSecret("passphrase", WRONG);
        assertThat(Failures.of(Kind.REFUSED, place::open, WRONG))
                .hasMessageContaining("passphrase does not open it");
    }

    @Test
    void anUnconfirmedHostKeyIsShownAndRefused() throws IOException {
        String fingerprint = OpensshServer.shared().fingerprint();
        SftpPlace place = SftpPlace.fresh().with("host_key", "");
        assertThat(Failures.of(Kind.REFUSED, place::open, OpensshServer.PASSWORD))
                .hasMessageContaining("not confirmed yet")
                .hasMessageContaining(fingerprint)
                .hasMessageContaining("set host_key to it");
    }

    @Test
    void aChangedHostKeyIsRefusedBeforeThePasswordIsTold() throws IOException {
        String other = "SHA256:" + "A".repeat(43);
        SftpPlace place = SftpPlace.fresh().with("host_key", other);
        assertThat(Failures.of(Kind.REFUSED, place::open, OpensshServer.PASSWORD))
                .hasMessageContaining(OpensshServer.shared().fingerprint())
                .hasMessageContaining("not the confirmed one");
        try (Transport both =
                place.with("host_key", other + ", " + OpensshServer.shared().fingerprint())
                        .open()) {
            assertThat(both.traits().readsRanges()).isTrue();
        }
    }

    @Test
    void aSilentServerTimesOut() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            SftpPlace place =
                    SftpPlace.fresh()
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
        SftpPlace place = SftpPlace.fresh().with("port", Integer.toString(port));
        Failures.of(Kind.UNAVAILABLE, place::open);
    }

    @ParameterizedTest
    @CsvSource({
        "host,-oProxyCommand=x",
        "host,a b",
        "host,169.254.169.254",
        "host,fe80::1",
        "username,-l",
        "username,a b",
        "port,0",
        "port,22;id",
        "path,../up",
        "authtype,none",
        "host_key,SHA256:short",
        "host_key,MD5:00",
    })
    void aBadSettingIsNamed(String name, String value) throws IOException {
        SftpPlace place = SftpPlace.fresh().with(name, value);
        assertThat(Failures.of(Kind.REFUSED, place::open)).hasMessageContaining(name);
    }

    @Test
    void aKeyFileThatOthersReadIsRefused() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "x");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertRefusedKey(key, "others than its owner may use it");
    }

    @Test
    void aKeyFileOfAnotherUserIsRefused() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "x");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.setOwner(key, Files.getOwner(OpensshServer.shared().home()));
        assertRefusedKey(key, "it must belong to root");
    }

    @Test
    void aKeyFileThatIsALinkOrAFolderOrAbsentOrNoKeyIsRefused() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "no key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertRefusedKey(key, "it is no private key");
        assertRefusedKey(
                Files.createSymbolicLink(folder.resolve("link"), key), "it is not a regular file");
        assertRefusedKey(folder, "it is not a regular file");
        assertRefusedKey(folder.resolve("absent"), "it cannot be read");
        assertRefusedKey(Path.of("relative"), "it must be an absolute path");
    }

    private static void assertRefusedKey(Path file, String why) throws IOException {
        SftpPlace place = SftpPlace.fresh().withKey(file);
        assertThat(Failures.of(Kind.REFUSED, place::open)).hasMessageContaining(why);
    }
}
