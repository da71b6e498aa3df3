package dev.packhorse.engine.daemon;

import dev.packhorse.engine.catalog.CatalogException;
import dev.packhorse.engine.job.LocalRelease;
import dev.packhorse.engine.queue.QueueException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes local archives that every destination has, where the configuration says so, on a thread
/// of its own: the destinations are asked first, and one that is down takes minutes.
final class Releasing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Releasing.class);

    private final LocalRelease release;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().name("packhorse-release").daemon().unstarted(task));

    Releasing(LocalRelease release) {
        this.release = release;
    }

    /// @param pause before the first time, and between the end of one time and the next
    void start(Duration pause) {
        // The task catches what it can cause.
        var _ =
                thread.scheduleWithFixedDelay(
                        this::once, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void once() {
        try {
            int removed = release.run();
            if (removed > 0) {
                LOG.atInfo()
                        .addKeyValue("archives", removed)
                        .log("removed from the backup directory, since every destination has them");
            }
        } catch (IOException | CatalogException | QueueException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("archives that every destination has could not be removed here");
        }
    }

    /// Does not wait for a destination: what is not looked at is looked at by the next daemon, and
    /// a removal that is cut short is ended by it.
    @Override
    public void close() {
        thread.shutdown();
    }
}
