package dev.packhorse.engine.job;

import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.transport.spi.Cancellation;
import java.util.Optional;

/// The context of a restore that is tried: it begins anew each time, and leaves no mark.
record DrillContext(JobContext context) implements JobContext {
    @Override
    public Lease lease() {
        Lease lease = context.lease();
        Job job = lease.job();
        Job unmarked =
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
                        Optional.empty(),
                        job.result(),
                        job.reason());
        return new Lease(unmarked, lease.worker(), lease.fence(), lease.until());
    }

    @Override
    public Cancellation cancellation() {
        return context.cancellation();
    }

    @Override
    public boolean isStopping() {
        return context.isStopping();
    }

    @Override
    public void progress(String json) {
        context.progress(json);
    }

    @Override
    public void mark(Optional<String> resumeMark) {
        // A killed drill begins anew in an empty folder.
    }
}
