package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.transport.spi.Cancellation;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// A run of a job of a real queue.
record QueuedJob(JobQueue queue, Lease lease) implements JobContext {
    /// The next restore.
    static QueuedJob ofRestore(JobQueue queue) {
        return new QueuedJob(
                queue,
                queue.claim("worker", "node1", Set.of(JobKind.RESTORE), Duration.ofMinutes(5))
                        .orElseThrow());
    }

    void end(JobOutcome outcome) throws LeaseLostException {
        queue.finish(lease, outcome, FollowUp.NONE);
    }

    @Override
    public Cancellation cancellation() {
        return Cancellation.never();
    }

    @Override
    public boolean isStopping() {
        return false;
    }

    @Override
    public void progress(String json) {}

    @Override
    public void mark(Optional<String> resumeMark) throws LeaseLostException {
        queue.mark(lease, resumeMark);
    }
}
