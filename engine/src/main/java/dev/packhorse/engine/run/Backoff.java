package dev.packhorse.engine.run;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long a job waits before its next attempt: a random time up to a bound that doubles with each
/// attempt, so that many jobs that failed together do not come back together.
///
/// @param first the bound after the first attempt
/// @param most the bound never grows past this
/// @param random where chance comes from; safe for many threads
public record Backoff(Duration first, Duration most, RandomGenerator random) {
    private static final int DOUBLINGS = 30;

    public Backoff {
        if (first.isNegative() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "a backoff of " + first + " to " + most + " makes no sense");
        }
    }

    /// One minute after the first attempt, half an hour at most.
    public static Backoff usual() {
        return new Backoff(
                Duration.ofMinutes(1), Duration.ofMinutes(30), new java.security.SecureRandom());
    }

    /// The wait before the next attempt.
    ///
    /// @param attempt the attempt that just failed, from 1
    public Duration after(int attempt) {
        long factor = 1L << Math.clamp(attempt - 1L, 0, DOUBLINGS);
        long bound = Math.min(most.toMillis(), first.toMillis() * factor);
        return Duration.ofMillis(random.nextLong(bound + 1));
    }
}
