package dev.packhorse.cli.daemon;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waiting that nothing cuts short: threads are never interrupted here.
final class Latches {
    private static final Logger LOG = LoggerFactory.getLogger(Latches.class);

    private Latches() {}

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
