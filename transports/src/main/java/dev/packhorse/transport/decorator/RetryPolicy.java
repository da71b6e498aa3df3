package dev.packhorse.transport.decorator;

import java.time.Duration;

/// How often and how long a failed call is tried again.
///
/// @param attempts the most tries of one call, the first included
/// @param firstDelay the bound of the wait after the first try; it doubles with each further one
/// @param longestDelay no wait is longer, not even one that the place asks for
/// @param total no try begins when the tries and waits before it took longer
public record RetryPolicy(
        int attempts, Duration firstDelay, Duration longestDelay, Duration total) {
    /// For places at the other end of a network: six tries within five minutes.
    public static final RetryPolicy NETWORK =
            new RetryPolicy(
                    6, Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofMinutes(5));

    public RetryPolicy {
        if (attempts < 1 || !firstDelay.isPositive() || firstDelay.compareTo(longestDelay) > 0) {
            throw new IllegalArgumentException(
                    "a retry policy needs at least one try, and a first delay that is positive and"
                            + " not above the longest");
        }
    }

    /// The bound of the wait after a number of failed tries, at least 1.
    Duration delayBound(int failedTries) {
        Duration bound = firstDelay;
        for (int i = 1; i < failedTries && bound.compareTo(longestDelay) < 0; i++) {
            bound = bound.multipliedBy(2);
        }
        return bound.compareTo(longestDelay) < 0 ? bound : longestDelay;
    }
}
