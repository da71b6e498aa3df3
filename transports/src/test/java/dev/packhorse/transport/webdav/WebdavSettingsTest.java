package dev.packhorse.transport.webdav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.tls.PeerTrust;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebdavSettingsTest {
    private static TransportSettings settings(Map<String, String> changes) {
        TreeMap<String, String> values =
                new TreeMap<>(Map.of("host", "dav.example.com", "username", "bk"));
        values.putAll(changes);
        return new TransportSettings(
                values,
                new TreeMap<>(Map.of("password", new Secret("pw"))),
                Duration.ofSeconds(30));
    }

    @Test
    void defaultsAreTlsAndTheServersRoot() throws TransportException {
        WebdavSettings read = WebdavSettings.of(settings(Map.of()));
        assertThat(read)
                .isEqualTo(
                        new WebdavSettings(
                                "dav.example.com",
                                443,
                                "bk",
                                new Secret("pw"),
                                "",
                                true,
                                new PeerTrust(Optional.empty()),
                                Duration.ofSeconds(30)));
    }

    @Test
    void everyParameterIsRead() throws TransportException {
        WebdavSettings read =
                WebdavSettings.of(
                        settings(
                                Map.of(
                                        "host",
                                        "http://[::1]:8080/remote.php/dav/files/bk/",
                                        "port",
                                        "8080",
                                        "path",
                                        "/backups//x/",
                                        "ssl",
                                        "0",
                                        "tls_fingerprint",
                                        "cd".repeat(32))));
        assertThat(read)
                .isEqualTo(
                        new WebdavSettings(
                                "[::1]",
                                8080,
                                "bk",
                                new Secret("pw"),
                                "/remote.php/dav/files/bk/backups/x",
                                false,
                                new PeerTrust(Optional.of("cd".repeat(32))),
                                Duration.ofSeconds(30)));
    }

    /// Settings say where archives lie, which no release may read in another way.
    @ParameterizedTest
    @CsvSource({
        "dav.example.com/files/a b@c, /files/a b@c/x%20y",
        "https://dav.example.com/remote.php/dav/files/me@example.com/, /remote.php/dav/files/me@example.com/x%20y",
        "dav.example.com/My%20Backups/50%/ü, /My%20Backups/50%/ü/x%20y"
    })
    void thePathInHostIsPlainText(String host, String folder) throws TransportException {
        WebdavSettings read = WebdavSettings.of(settings(Map.of("host", host, "path", "x%20y")));
        assertThat(read.folder()).isEqualTo(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "host, 'a b'",
        "host, 'https://u@h/'",
        "host, 'http://dav.example.com/'",
        "host, 'h/x?y'",
        "host, 'h/x#y'",
        "host, 'h/../x'",
        "host, 'h:0'",
        "host, 'h:99999'",
        "host, 'file:///etc'",
        "host, '169.254.169.254:8080/dav'",
        "port, 65536",
        "path, 'a/../b'",
        "ssl, perhaps",
        "tls_fingerprint, zz"
    })
    void aBadValueIsRefusedByName(String name, String value) {
        assertThatThrownBy(() -> WebdavSettings.of(settings(Map.of(name, value))))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining(name);
    }
}
