package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Holds work to so many steps a second. One thread.
final class Pace {
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(50);

    private final long gap;
    private long next = System.nanoTime();

    Pace(int perSecond) {
        this.gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /// Returns when the next step may begin.
    void await(Cancellation cancellation) throws CancelledException {
        cancellation.check();
        long now = System.nanoTime();
        while (next - now > 0) {
            LockSupport.parkNanos(Math.min(NAP, next - now));
            cancellation.check();
            now = System.nanoTime();
        }
        next = now + gap;
    }
}
