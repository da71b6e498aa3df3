package dev.packhorse.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private final Backoff backoff =
            new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(30), new SplittableRandom(42));

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,2", "3,4", "5,16", "6,30", "1000,30", "2147483647,30"})
    void boundDoublesUpToItsLimit(int attempt, int minutes) {
        long most =
                IntStream.range(0, 2_000)
                        .mapToLong(_ -> backoff.after(attempt).toMillis())
                        .max()
                        .orElseThrow();
        long bound = Duration.ofMinutes(minutes).toMillis();
        assertThat(most).isLessThanOrEqualTo(bound).isGreaterThan(bound * 9 / 10);
    }

    @Test
    void waitsAreSpreadOverTheWholeBound() {
        long early =
                IntStream.range(0, 1_000).filter(_ -> backoff.after(1).toMillis() < 30_000).count();
        assertThat(early).isBetween(400L, 600L);
    }

    @Test
    void boundsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() ->
                        new Backoff(
                                Duration.ofMinutes(2),
                                Duration.ofMinutes(1),
                                new SplittableRandom()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
