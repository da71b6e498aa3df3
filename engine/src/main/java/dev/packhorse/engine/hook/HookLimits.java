package dev.packhorse.engine.hook;

import java.time.Duration;

/// What a script may take.
///
/// @param time how long it may run
/// @param outputBytes how much it may write to its standard output
public record HookLimits(Duration time, long outputBytes) {
    /// Ten minutes and 1 MiB.
    public static final HookLimits USUAL = new HookLimits(Duration.ofMinutes(10), 1 << 20);

    public HookLimits {
        if (time.isNegative() || time.isZero() || outputBytes < 1) {
            throw new IllegalArgumentException("a hook must have some time and some output");
        }
    }

    public HookLimits withTime(Duration changed) {
        return new HookLimits(changed, outputBytes);
    }
}
