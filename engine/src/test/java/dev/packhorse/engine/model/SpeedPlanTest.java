package dev.packhorse.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpeedPlanTest {
    @ParameterizedTest
    @CsvSource({
        "07:59, 52428800",
        "08:00, 2097152",
        "17:59, 2097152",
        "18:00, 10485760",
        "22:00, 52428800",
        "23:30, 20480",
        "00:10, 20480",
        "00:30, 52428800"
    })
    void theFirstStepOfATimeCounts(LocalTime time, long bytesPerSecond) {
        SpeedPlan plan =
                SpeedPlan.parse(
                        "08:00-18:00 2MiB, 17:00-22:00 10MiB, 23:30-00:30 20KiB, 50MiB, 1MiB");
        assertThat(plan.at(time)).isEqualTo(bytesPerSecond);
    }

    @Test
    void whatIsLeftOutHasNoLimit() {
        assertThat(SpeedPlan.parse("").at(LocalTime.NOON)).isEqualTo(SpeedPlan.UNLIMITED);
        assertThat(SpeedPlan.parse("08:00-18:00 1MiB").at(LocalTime.MIDNIGHT))
                .isEqualTo(SpeedPlan.UNLIMITED);
    }

    @Test
    void placesHavePlansOfTheirOwn() {
        var plans = SpeedPlan.parsePlaces("Off site: 08:00-18:00 2MiB, 20MiB; ab12: 5MiB");
        assertThat(plans)
                .isEqualTo(
                        Map.of(
                                "Off site", SpeedPlan.parse("08:00-18:00 2MiB, 20MiB"),
                                "ab12", SpeedPlan.parse("5MiB")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fast",
                "1MiB,",
                "8KiB 1MiB",
                "08:00-18:00",
                "08:00-08:00 1MiB",
                "25:00-26:00 1MiB",
                "08:00 1MiB",
                "1KiB",
                "0",
                "-1MiB"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> SpeedPlan.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1MiB", "a: 1MiB; a: 2MiB", "a: ", ": 1MiB", "a: 1MiB;"})
    void placesWithoutAPlanOrTwiceAreRefused(String text) {
        assertThatThrownBy(() -> SpeedPlan.parsePlaces(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
