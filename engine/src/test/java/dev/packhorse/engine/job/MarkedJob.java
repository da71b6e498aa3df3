package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.transport.spi.Cancellation;
import java.util.Optional;

/// A job whose mark is kept from one run to the next.
final class MarkedJob implements JobContext {
    private Optional<String> mark = Optional.empty();
    private final TestJob job;

    MarkedJob(RestoreArguments arguments) {
        job =
                TestJob.of(
                        JobId.random(),
                        JobKind.RESTORE,
                        arguments.account(),
                        arguments,
                        RestoreServer.NOW,
                        Cancellation.never());
    }

    @Override
    public Lease lease() {
        Job now = job.lease().job();
        return new Lease(
                new Job(
                        now.id(),
                        now.request(),
                        now.state(),
                        now.createdAt(),
                        now.startedAt(),
                        now.finishedAt(),
                        now.attempts(),
                        now.fence(),
                        now.worker(),
                        false,
                        "{}",
                        mark,
                        "{}",
                        ""),
                "worker",
                1,
                RestoreServer.NOW);
    }

    @Override
    public Cancellation cancellation() {
        return job.cancellation();
    }

    @Override
    public boolean isStopping() {
        return false;
    }

    @Override
    public void progress(String json) {}

    @Override
    public void mark(Optional<String> resumeMark) {
        mark = resumeMark;
    }
}
