package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

enum RealPause implements Pause {
    INSTANCE;

    @Override
    public void pause(Duration time, Cancellation cancellation) throws CancelledException {
        Thread waiting = Thread.currentThread();
        long end = System.nanoTime() + time.toNanos();
        try (var _ = cancellation.onRequest(() -> LockSupport.unpark(waiting))) {
            for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
                cancellation.check();
                LockSupport.parkNanos(this, left);
            }
            cancellation.check();
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
