package dev.packhorse.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuietHoursTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "2026-06-01T05:59:59Z, -1",
        "2026-06-01T06:00:00Z, 240",
        "2026-06-01T09:59:00Z, 1",
        "2026-06-01T10:00:00Z, -1",
        "2026-06-01T19:59:00Z, -1",
        "2026-06-01T20:00:00Z, 210",
        "2026-06-01T22:30:00Z, 60",
        "2026-06-01T23:30:00Z, -1"
    })
    void theyLastUntilTheirEnd(Instant now, int minutes) {
        var left = QuietHours.parse("08:00-12:00, 22:00-01:30").left(now, BERLIN);
        assertThat(left.map(Duration::toMinutes).orElse(-1L)).isEqualTo(minutes);
    }

    @Test
    void anHourThatTheClocksSkipEndsThem() {
        QuietHours night = QuietHours.parse("01:00-02:30");
        Instant before = Instant.parse("2026-03-29T00:30:00Z");
        assertThat(night.left(before, BERLIN)).hasValue(Duration.ofMinutes(60));
    }

    @Test
    void noTextIsNone() {
        assertThat(QuietHours.parse(" ")).isEqualTo(QuietHours.NONE);
        assertThat(QuietHours.NONE.left(Instant.EPOCH, BERLIN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8-18", "08:00", "08:00-25:00", "08:00-08:00", "08:00-12:00,", "a-b"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> QuietHours.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
