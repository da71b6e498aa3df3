package dev.packhorse.engine.run;

import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobHandler.Ended;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.QueueException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Runs one job's handler and writes down how it ended.
final class RunExecution {
    private static final Logger LOG = LoggerFactory.getLogger(RunExecution.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final JobQueue queue;
    private final RunReport report;
    private final WorkSignal signal;

    RunExecution(JobQueue queue, RunReport report, WorkSignal signal) {
        this.queue = queue;
        this.report = report;
        this.signal = signal;
    }

    /// Runs the job to its end.
    ///
    /// @throws Error what the handler threw, after its job was marked
    void execute(ActiveRun run, JobHandler handler) {
        Job job = run.lease().job();
        long started = System.nanoTime();
        try (var _ = MDC.putCloseable("job", job.id().value());
                var _ = MDC.putCloseable("subject", job.request().subject())) {
            LOG.atInfo()
                    .addKeyValue("kind", job.request().kind())
                    .addKeyValue("attempt", job.attempts())
                    .log("run starts");
            JobOutcome outcome = runAndFinish(run, handler);
            LOG.atInfo()
                    .addKeyValue("kind", job.request().kind())
                    .addKeyValue("outcome", run.isLost() ? "lost" : word(outcome))
                    .addKeyValue("seconds", (System.nanoTime() - started) / 1_000_000_000)
                    .log("run ends");
        }
    }

    // Catching everything is this loop's purpose: whatever a handler throws ends its run, not the
    // worker; errors end both.
    private JobOutcome runAndFinish(ActiveRun run, JobHandler handler) {
        try {
            Ended ended = report.returned(run, handler.run(run));
            clearInterrupt();
            finish(run, ended);
            return ended.outcome();
        } catch (Exception e) {
            clearInterrupt();
            JobOutcome outcome = report.thrown(run, e);
            log(run, outcome, e);
            finish(run, Ended.with(outcome));
            return outcome;
        } catch (Error e) {
            finishAfterError(run, e);
            throw e;
        }
    }

    private void finishAfterError(ActiveRun run, Error error) {
        try {
            finish(run, Ended.with(report.thrown(run, error)));
        } catch (RuntimeException | Error e) {
            error.addSuppressed(e);
        }
    }

    /// Writes the end down, for as long as the lease lasts: while the store is away the work that
    /// was done is not thrown away.
    private void finish(ActiveRun run, Ended ended) {
        boolean complained = false;
        while (!run.isLost()) {
            try {
                queue.finish(run.lease(), ended.outcome(), ended.followUp());
                run.end();
                return;
            } catch (LeaseLostException e) {
                run.lose();
            } catch (QueueException e) {
                if (!complained) {
                    LOG.atError().setCause(e).log("the end of a run cannot be written down yet");
                    complained = true;
                }
                if (run.isStopping()) {
                    run.lose();
                } else {
                    pause();
                }
            } catch (IllegalArgumentException e) {
                // A result that the store does not take must not leave the job to run for ever.
                LOG.atError().setCause(e).log("the end of a run is not storable");
                ended = new Ended(new JobOutcome.Failed("{}", RunReport.reason(e)), FollowUp.NONE);
            }
        }
        LOG.warn("the lease was lost: nothing of this run was written down");
    }

    private void pause() {
        signal.cancellation().await(signal.cancellation().count(), BETWEEN_TRIES);
    }

    private static void log(ActiveRun run, JobOutcome outcome, Exception e) {
        if (run.isLost()) {
            LOG.atWarn().setCause(e).log("run broken off after its lease was lost");
            return;
        }
        switch (outcome) {
            case JobOutcome.Failed _ -> LOG.atError().setCause(e).log("run failed");
            case JobOutcome.RetryAfter(var delay, var reason) ->
                    LOG.atWarn()
                            .addKeyValue("seconds", delay.toSeconds())
                            .addKeyValue("reason", reason)
                            .log("run failed, another attempt follows");
            default -> LOG.atDebug().setCause(e).log("run broken off");
        }
    }

    /// A handler's library may have left the flag behind; the next file operation of the embedded
    /// store would close the store's file over it.
    private static void clearInterrupt() {
        if (Thread.interrupted()) {
            LOG.warn("a handler left its thread interrupted");
        }
    }

    private static String word(JobOutcome outcome) {
        return outcome.getClass().getSimpleName();
    }
}
