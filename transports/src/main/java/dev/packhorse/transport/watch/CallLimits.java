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

    /// For a call that sends content and then waits for one answer: what was handed to the system's
    /// buffers may still be on its way over a slow line while nothing is seen to move, so it may
    /// take four times as long as any other answer.
    public static CallLimits sending(Duration timeout) {
        return new CallLimits(
                timeout.multipliedBy(4), TRANSFER.window(), TRANSFER.floorBytesPerSecond());
    }

    /// Only an idle limit, for calls that move no content.
    public static CallLimits idle(Duration idle) {
        return new CallLimits(idle, Duration.ofDays(1), 0);
    }
}
