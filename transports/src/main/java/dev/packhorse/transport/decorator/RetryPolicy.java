package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How often and how long a failed call is tried again.
///
/// @param attempts the most tries in a row that got nowhere, the first included
/// @param firstDelay the bound of the wait after the first try; it doubles with each further one
/// @param longestDelay no wait is longer, but for one that the place asks for
/// @param total no try begins that long after the call began or last got on; a place that asks for
///   more time is left alone at once
public record RetryPolicy(
        int attempts, Duration firstDelay, Duration longestDelay, Duration total) {
    /// For places at the other end of a network: six tries within five minutes.
    public static final RetryPolicy NETWORK =
            new RetryPolicy(
                    6, Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofMinutes(5));

    /// For one part of many: four tries within a minute. What lasts longer ends the call, which is
    /// tried again as a whole.
    public static final RetryPolicy PART =
            new RetryPolicy(
                    4, Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofMinutes(1));

    public RetryPolicy {
        if (attempts < 1 || !firstDelay.isPositive() || firstDelay.compareTo(longestDelay) > 0) {
            throw new IllegalArgumentException(
                    "a retry policy needs at least one try, and a first delay that is positive and"
                            + " not above the longest");
        }
    }

    /// How long to wait before the next try: drawn evenly between nothing and the bound, but not
    /// less than the place asks for.
    ///
    /// @param failure what ended the last try
    /// @param tries how many failed in a row, at least 1
    /// @param gone how long ago the first of them began
    /// @return empty if there is to be no further try
    public Optional<Duration> waitAfter(
            TransportException failure, int tries, Duration gone, RandomGenerator random) {
        if (!failure.kind().retryable() || tries >= attempts) {
            return Optional.empty();
        }
        Duration drawn = Duration.ofNanos(random.nextLong(delayBound(tries).toNanos() + 1));
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        Duration wait = asked.compareTo(drawn) > 0 ? asked : drawn;
        return gone.plus(wait).compareTo(total) > 0 ? Optional.empty() : Optional.of(wait);
    }

    /// The bound of the wait after a number of failed tries, at least 1.
    private Duration delayBound(int failedTries) {
        Duration bound = firstDelay;
        for (int i = 1; i < failedTries && bound.compareTo(longestDelay) < 0; i++) {
            bound = bound.multipliedBy(2);
        }
        return bound.compareTo(longestDelay) < 0 ? bound : longestDelay;
    }
}
