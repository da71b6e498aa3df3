package dev.packhorse.transport.watch;

import java.time.Duration;

/// How long a call may go without progress.
///
/// @param idle the longest time in which nothing moves
/// @param window over how long the floor is measured
/// @param floorBytesPerSecond the least average speed within a window; 0 for none
public record CallLimits(Duration idle, Duration window, long floorBytesPerSecond) {
    /// 300 s without a byte, and less than 1 KiB/s over ten minutes.
    public static final CallLimits TRANSFER =
            new CallLimits(Duration.ofMinutes(5), Duration.ofMinutes(10), 1024);

    /// Only an idle limit, for calls that move no content.
    public static CallLimits idle(Duration idle) {
        return new CallLimits(idle, Duration.ofDays(1), 0);
    }
}
