package dev.packhorse.engine.daemon;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.transport.spi.Cancellation;
import java.time.Instant;
import java.util.Optional;

/// The context of a handler that runs outside a queue: its lease cannot be lost, and nobody is told
/// of its progress.
final class OneShotContext implements JobContext {
    private final Lease lease;
    private final Cancellation cancellation;

    OneShotContext(JobRequest request, JobId id, Cancellation cancellation) {
        Instant now = Instant.now();
        Job job =
                new Job(
                        id,
                        request,
                        JobState.ACTIVE,
                        now,
                        Optional.of(now),
                        Optional.empty(),
                        1,
                        1,
                        Optional.of("one-shot"),
                        false,
                        "{}",
                        Optional.empty(),
                        "{}",
                        "");
        this.lease = new Lease(job, "one-shot", 1, Instant.MAX);
        this.cancellation = cancellation;
    }

    @Override
    public Lease lease() {
        return lease;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public boolean isStopping() {
        return false;
    }

    /// The session's log tells enough to whoever waits for this process.
    @Override
    public void progress(String json) {}

    /// A one-shot run is never taken up again.
    @Override
    public void mark(Optional<String> resumeMark) {}
}
