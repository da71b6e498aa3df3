package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.AbandonedUploads;
import dev.packhorse.transport.spi.CancellationSource;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes back at regular times what abandoned uploads left at destinations, on a thread of its own:
/// a destination that is down takes minutes for each of them.
final class TakingBack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TakingBack.class);

    private final AbandonedUploads uploads;
    private final InstantSource clock;
    private final CancellationSource stop = new CancellationSource();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task ->
                    Thread.ofPlatform().name("packhorse-take-back").daemon().unstarted(task));

    TakingBack(AbandonedUploads uploads, InstantSource clock) {
        this.uploads = uploads;
        this.clock = clock;
    }

    /// @param first until the first time
    /// @param pause between the end of one time and the next
    void start(Duration first, Duration pause) {
        // The task catches what it can cause.
        var _ =
                thread.scheduleWithFixedDelay(
                        this::once, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void once() {
        try {
            int swept = uploads.sweep(clock.instant(), stop);
            if (swept > 0) {
                LOG.atInfo()
                        .addKeyValue("uploads", swept)
                        .log("took back uploads that nobody went on with");
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("uploads that nobody went on with could not be taken back");
        }
    }

    /// Does not wait for a destination: what is not taken back is tried again by the next daemon.
    @Override
    public void close() {
        stop.request();
        thread.shutdown();
    }
}
