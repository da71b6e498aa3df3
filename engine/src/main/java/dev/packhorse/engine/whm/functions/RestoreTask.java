package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.job.RestoreResult;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A restore job as the restore queue of the API shows it.
///
/// @param job the job
/// @param arguments what it was asked to do
record RestoreTask(Job job, RestoreArguments arguments) {
    static RestoreTask of(Job job) {
        return new RestoreTask(
                job, JobJson.read(job.request().arguments(), RestoreArguments.class));
    }

    boolean isOfQueue() {
        return arguments.origin() == RestoreArguments.Origin.QUEUE;
    }

    boolean isPending() {
        return job.state() == JobState.HELD || job.state() == JobState.PENDING;
    }

    boolean isEnded() {
        return !job.state().isOpen();
    }

    /// Ended, and nothing was restored.
    boolean isFailed() {
        return isEnded() && result().result() == 0;
    }

    /// When it began, as clients tell ended tasks of one user apart.
    Instant started() {
        return job.startedAt().orElse(job.createdAt());
    }

    /// How it ended. A job that ended without a result of its own, because its worker died or
    /// somebody cancelled it, failed for the reason that the queue notes.
    RestoreResult result() {
        if (hasResult()) {
            return JobJson.read(job.result(), RestoreResult.class);
        }
        String reason = job.state() == JobState.CANCELLED ? "cancelled" : job.reason();
        return new RestoreResult(0, reason, List.of(), List.of(), List.of(), List.of(), Map.of());
    }

    private boolean hasResult() {
        boolean canHaveOne =
                job.state() == JobState.SUCCEEDED
                        || job.state() == JobState.PARTIAL
                        || job.state() == JobState.FAILED;
        return canHaveOne && !job.result().isBlank() && !job.result().strip().equals("{}");
    }
}
