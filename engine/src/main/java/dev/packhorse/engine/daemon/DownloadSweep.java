package dev.packhorse.engine.daemon;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.staging.StagingArea;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes downloads that nothing needs any more: of restores that ended without a run, cancelled
/// or removed while they waited for another try, and of plans that no restore followed within a
/// day.
final class DownloadSweep {
    private static final Logger LOG = LoggerFactory.getLogger(DownloadSweep.class);
    private static final Duration PLANNED = Duration.ofDays(1);

    private final JobQueue queue;
    private final StagingArea staging;
    private final InstantSource clock;

    DownloadSweep(JobQueue queue, StagingArea staging, InstantSource clock) {
        this.queue = queue;
        this.staging = staging;
        this.clock = clock;
    }

    /// Looks once. What goes wrong is told in the log, and tried again at the next look.
    void run() {
        try {
            staging.sweepJobs(this::isOpen, this::isFresh);
        } catch (IOException | QueueException e) {
            LOG.atWarn().setCause(e).log("downloads of restores that ended could not be removed");
        }
    }

    private boolean isOpen(JobId id) {
        return queue.find(id).filter(job -> job.state().isOpen()).isPresent();
    }

    private boolean isFresh(JobId id) {
        return queue.find(id)
                .flatMap(Job::finishedAt)
                .filter(clock.instant().minus(PLANNED)::isBefore)
                .isPresent();
    }
}
