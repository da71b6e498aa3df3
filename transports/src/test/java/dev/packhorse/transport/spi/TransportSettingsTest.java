package dev.packhorse.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.TransportException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TransportSettingsTest {
    private static TransportSettings of(String name, String value) {
        return new TransportSettings(
                new TreeMap<>(Map.of(name, value)),
                new TreeMap<>(Map.of("password", new Secret("hush"), "none", new Secret(""))),
                Duration.ofSeconds(30));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessage("open destination: " + message);
    }

    @Test
    void whatIsMissingOrEmptyIsNamed() throws TransportException {
        assertThat(of("host", "h").text("host")).isEqualTo("h");
        refused("host is missing", () -> of("host", "").text("host"));
        refused("port is missing", () -> of("host", "").text("port"));
        assertThat(of("host", "h").secret("password")).isEqualTo(new Secret("hush"));
        refused("passphrase is missing", () -> of("host", "h").secret("passphrase"));
        refused("none is missing", () -> of("host", "h").secret("none"));
        assertThat(of("host", "h").toString()).doesNotContain("hush");
    }

    @Test
    void numbersHaveBounds() throws TransportException {
        assertThat(of("port", "22").number("port", 1, 65_535, 21)).isEqualTo(22);
        assertThat(of("port", "").number("port", 1, 65_535, 21)).isEqualTo(21);
        for (String bad : new String[] {"0", "65536", "-1", "x", "1234567890123", "2 2"}) {
            refused(
                    "port must be a number from 1 to 65535",
                    () -> of("port", bad).number("port", 1, 65_535, 21));
        }
    }

    @Test
    void switchesAreOnOrOff() throws TransportException {
        assertThat(of("ssl", "1").flag("ssl", false)).isTrue();
        assertThat(of("ssl", "No").flag("ssl", true)).isFalse();
        assertThat(of("ssl", "").flag("ssl", true)).isTrue();
        refused("ssl must be 1 or 0", () -> of("ssl", "2").flag("ssl", true));
    }

    @Test
    void foldersCannotClimb() throws TransportException {
        assertThat(of("path", "").folder("path")).isEmpty();
        assertThat(of("path", "/").folder("path")).isEqualTo("/");
        assertThat(of("path", "/a//b/").folder("path")).isEqualTo("/a/b");
        assertThat(of("path", "a b/c").folder("path")).isEqualTo("a b/c");
        for (String bad : new String[] {"..", "a/../b", "/..", "./a", "a\nb"}) {
            refused(
                    "path must not hold “.”, “..” or control characters",
                    () -> of("path", bad).folder("path"));
        }
    }
}
