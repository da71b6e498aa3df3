package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.transport.spi.Cancellation;
import java.time.Instant;
import java.util.Optional;

/// A job under its first lease, as a handler is given it.
record TestJob(Lease lease, Cancellation cancellation) implements JobContext {
    static TestJob of(
            JobId id,
            JobKind kind,
            String subject,
            Object arguments,
            Instant now,
            Cancellation cancellation) {
        Job job =
                new Job(
                        id,
                        JobRequest.of(kind, subject, "root", JobJson.write(arguments)),
                        JobState.ACTIVE,
                        now,
                        Optional.of(now),
                        Optional.empty(),
                        1,
                        1,
                        Optional.of("worker"),
                        false,
                        "{}",
                        Optional.empty(),
                        "{}",
                        "");
        return new TestJob(new Lease(job, "worker", 1, now), cancellation);
    }

    /// The same job under a lease that knows a mark.
    TestJob marked(Optional<String> mark) {
        Job job = lease.job();
        Job marked =
                new Job(
                        job.id(),
                        job.request(),
                        job.state(),
                        job.createdAt(),
                        job.startedAt(),
                        job.finishedAt(),
                        job.attempts(),
                        job.fence(),
                        job.worker(),
                        job.cancelRequested(),
                        job.progress(),
                        mark,
                        job.result(),
                        job.reason());
        return new TestJob(
                new Lease(marked, lease.worker(), lease.fence(), lease.until()), cancellation);
    }

    @Override
    public boolean isStopping() {
        return false;
    }

    @Override
    public void progress(String json) {}

    @Override
    public void mark(Optional<String> resumeMark) {}
}
