package dev.packhorse.engine.verification;

import java.time.Duration;

/// How much verification there is a day at one place.
///
/// @param withinDays no proof is to get older than this; at least 1
/// @param mostBytes more is not read a day, 0 for no limit
/// @param mostPercent nor more than this share of what is stored at the place, 1 to 100
/// @param mostTime after this long no further copy is begun
public record VerifyBudget(int withinDays, long mostBytes, int mostPercent, Duration mostTime) {
    public VerifyBudget {
        if (withinDays < 1 || mostBytes < 0 || mostPercent < 1 || mostPercent > 100) {
            throw new IllegalArgumentException("no budget of verification");
        }
    }

    /// The most bytes of a day, at a place with so many.
    public long mostOf(long storedBytes) {
        long share =
                mostPercent == 100
                        ? Long.MAX_VALUE
                        : Math.max(
                                1,
                                storedBytes / 100 * mostPercent
                                        + storedBytes % 100 * mostPercent / 100);
        return mostBytes == 0 ? share : Math.min(share, mostBytes);
    }
}
