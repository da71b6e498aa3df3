package dev.packhorse.transport.ftp;

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

class FtpSettingsTest {
    private static TransportSettings settings(Map<String, String> changes, String password) {
        TreeMap<String, String> values =
                new TreeMap<>(Map.of("host", "backup.example.com", "username", "bk"));
        values.putAll(changes);
        return new TransportSettings(
                values,
                new TreeMap<>(Map.of("password", new Secret(password))),
                Duration.ofSeconds(30));
    }

    @Test
    void defaultsAreActiveModeWithTlsAndTheJdksTrust() throws TransportException {
        assertThat(FtpSettings.of(settings(Map.of(), "pw")))
                .isEqualTo(
                        new FtpSettings(
                                "backup.example.com",
                                21,
                                "bk",
                                new Secret("pw"),
                                "",
                                false,
                                true,
                                new PeerTrust(Optional.empty()),
                                Duration.ofSeconds(30)));
    }

    @Test
    void everyParameterIsRead() throws TransportException {
        Map<String, String> values =
                Map.of(
                        "host",
                        "[::1]",
                        "port",
                        "2121",
                        "path",
                        "/srv//b/",
                        "passive",
                        "1",
                        "tls",
                        "none",
                        "tls_fingerprint",
                        "AB:".repeat(31) + "AB");
        FtpSettings read = FtpSettings.of(settings(values, "pw"));
        assertThat(read)
                .isEqualTo(
                        new FtpSettings(
                                "::1",
                                2121,
                                "bk",
                                new Secret("pw"),
                                "/srv/b",
                                true,
                                false,
                                new PeerTrust(Optional.of("ab".repeat(32))),
                                Duration.ofSeconds(30)));
    }

    @ParameterizedTest
    @CsvSource({
        "host, 'a b'",
        "host, '-x'",
        "host, 'a/b'",
        "host, 'u@h'",
        "host, 169.254.169.254",
        "host, '[fe80::1]'",
        "port, 0",
        "port, 65536",
        "username, 'a\r\nDELE x'",
        "path, '../x'",
        "passive, maybe",
        "tls, implicit",
        "tls_fingerprint, abc"
    })
    void aBadValueIsRefusedByName(String name, String value) {
        assertThatThrownBy(() -> FtpSettings.of(settings(Map.of(name, value), "pw")))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining(name);
    }

    @Test
    void aPasswordWithALineBreakIsRefusedAndNotShown() {
        assertThatThrownBy(() -> FtpSettings.of(settings(Map.of(), "a\r\nDELE x")))
                .hasMessageContaining("password")
                .hasMessageNotContaining("DELE");
    }
}
