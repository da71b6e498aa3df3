package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.job.UploadLanes;
import dev.packhorse.engine.model.JobKind.Stage;
import dev.packhorse.engine.run.WorkerPool;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that destinations that hang or are slow, however many, leave workers to the others.
///
/// @param least so many workers in any case
record UploadWorkers(WorkerPool pool, DestinationStore destinations, int least) {
    private static final Logger LOG = LoggerFactory.getLogger(UploadWorkers.class);

    /// Looks at once, and then again and again for destinations that were added.
    void start(ScheduledExecutorService timer) {
        // The look catches what it can cause; the timer ends with the daemon.
        var _ = timer.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.MINUTES);
    }

    void look() {
        try {
            long count =
                    destinations.contents().destinations().stream()
                            .filter(each -> each.takesArchives() || each.takesSystemBackups())
                            .count();
            pool.raise(Stage.UPLOAD, UploadLanes.workers(least, Math.toIntExact(count)));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the destinations could not be counted");
        }
    }
}
