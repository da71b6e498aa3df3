package dev.packhorse.engine.daemon;

import dev.packhorse.engine.job.OpenRestores;
import dev.packhorse.engine.job.SafetyCopies;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHistory;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.session.Session;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.session.TransferSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what has ended from piling up, on a thread of its own: jobs go a year after their end,
/// sessions 90 days after their last line, safety copies of restores after a week, downloads of
/// restores with their jobs, those of plans a day later. Accounts that a restore closed which will
/// not go on are opened. Also rings for the verification of the day. Nothing here waits for a
/// destination, since the watch over the disk shares the thread.
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration JOBS = Duration.ofDays(365);
    private static final Duration SESSIONS = Duration.ofDays(90);
    private static final int AT_ONCE = 1_000;
    private static final int MOST_BATCHES = 50;
    private static final Set<JobState> OPEN =
            Set.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    private final JobQueue queue;
    private final JobHistory history;
    private final SessionStore sessions;
    private final Pruning pruning;
    private final Verification verification;
    private final Path safety;
    private final DownloadSweep downloads;
    private final ClosureSweep closures;
    private final InstantSource clock;

    /// @param safety where safety copies of restores lie
    Housekeeping(
            JobQueue queue,
            JobHistory history,
            SessionStore sessions,
            Pruning pruning,
            Verification verification,
            Path safety,
            DownloadSweep downloads,
            ClosureSweep closures,
            InstantSource clock) {
        this.queue = queue;
        this.history = history;
        this.sessions = sessions;
        this.pruning = pruning;
        this.verification = verification;
        this.safety = safety;
        this.downloads = downloads;
        this.closures = closures;
        this.clock = clock;
    }

    void start(ScheduledExecutorService timer) {
        // The tasks catch what they can cause; the timer ends with the daemon.
        var _ = timer.scheduleWithFixedDelay(this::tidy, 1, 1, TimeUnit.HOURS);
        var _ = timer.scheduleWithFixedDelay(downloads::run, 0, 60, TimeUnit.MINUTES);
        var _ = timer.scheduleWithFixedDelay(closures::run, 0, 1, TimeUnit.MINUTES);
        var _ = timer.scheduleWithFixedDelay(pruning::look, 0, 10, TimeUnit.MINUTES);
        var _ = timer.scheduleWithFixedDelay(verification::ring, 1, 5, TimeUnit.MINUTES);
    }

    private void tidy() {
        Instant now = clock.instant();
        try {
            removeJobs(now.minus(JOBS));
            for (SessionKind kind : SessionKind.values()) {
                sessions.sweep(kind, now.minus(SESSIONS), id -> isOpen(kind, id));
            }
        } catch (IOException | QueueException e) {
            LOG.atWarn().setCause(e).log("old jobs and sessions could not be removed");
        }
        try {
            SafetyCopies.removeOld(safety, now, new OpenRestores(queue));
        } catch (IOException | QueueException e) {
            LOG.atWarn().setCause(e).log("old safety copies could not be removed");
        }
    }

    /// In batches, each a transaction of its own, and not for ever: the thread has other work.
    private void removeJobs(Instant before) {
        int batches = 0;
        while (history.removeEndedBefore(before, AT_ONCE) == AT_ONCE && ++batches < MOST_BATCHES) {
            LOG.atDebug().log("more old jobs");
        }
    }

    /// A session whose file cannot be read is kept.
    private boolean isOpen(SessionKind kind, SessionId id) {
        try {
            if (kind == SessionKind.TRANSFER
                    && new TransferSessions(sessions).terms(id).isPresent()) {
                return hasOpenItem(id);
            }
            Optional<Job> job = sessions.find(kind, id).flatMap(Session::job).flatMap(queue::find);
            return job.map(each -> each.state().isOpen()).orElse(false);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("session", id).setCause(e).log("session cannot be read");
            return true;
        }
    }

    /// Items of a session name it in their arguments.
    private boolean hasOpenItem(SessionId id) {
        AtomicBoolean found = new AtomicBoolean();
        queue.forEach(
                JobFilter.of(Set.of(JobKind.RESTORE), OPEN),
                job -> {
                    if (job.request().arguments().contains("\"" + id.value() + "\"")) {
                        found.set(true);
                    }
                });
        return found.get();
    }
}
