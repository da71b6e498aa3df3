package dev.packhorse.cli.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waiting that nothing cuts short: threads are never interrupted here.
final class Latches {
    private static final Logger LOG = LoggerFactory.getLogger(Latches.class);

    private Latches() {}

    /// Whether it opened within that time.
    static boolean await(CountDownLatch latch, Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            try {
                return latch.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                LOG.atDebug().setCause(e).log("woken for no reason");
            }
        }
    }

    static void await(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                LOG.atDebug().setCause(e).log("woken for no reason");
            }
        }
    }
}
