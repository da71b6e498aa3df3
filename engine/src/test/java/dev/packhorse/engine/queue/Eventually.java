package dev.packhorse.engine.queue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another thread is about to make true.
public final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Eventually() {}

    /// Returns as soon as the condition holds.
    ///
    /// @throws AssertionError if it does not within half a minute
    public static void holds(String what, BooleanSupplier condition) {
        within(LIMIT, what, condition);
    }

    /// Returns as soon as the condition holds.
    ///
    /// @param limit for work that takes its time on a busy machine
    /// @throws AssertionError if it does not in that time
    public static void within(Duration limit, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come true: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
