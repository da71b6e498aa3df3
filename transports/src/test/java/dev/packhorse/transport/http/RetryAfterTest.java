package dev.packhorse.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "' 120 ', 120",
        "999999999, 86400",
        "'Tue, 24 Nov 2026 10:00:30 GMT', 30",
        "'Tue, 24 Nov 2026 09:00:00 GMT', 0",
        "'Thu, 24 Dec 2026 09:00:00 GMT', 86400"
    })
    void bothFormsAreReadWithinBounds(String text, long seconds) {
        assertThat(RetryAfter.read(text, NOW)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "1.5", "99999999999999999999"})
    void anythingElseSaysNothing(String text) {
        assertThat(RetryAfter.read(text, NOW)).isEmpty();
    }
}
