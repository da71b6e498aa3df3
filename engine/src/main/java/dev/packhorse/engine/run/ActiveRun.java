package dev.packhorse.engine.run;

import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.LeaseState;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import java.time.Duration;
import java.util.Optional;

/// One run of one job: what its handler sees, and what the heartbeat keeps alive. Safe for many
/// threads.
final class ActiveRun implements JobContext {
    private final JobQueue queue;
    private final Lease lease;
    private final Duration leaseFor;
    private final CancellationSource cancellation = new CancellationSource();
    private volatile String progress;
    private volatile boolean stopping;
    private volatile boolean cancelled;
    private volatile boolean lost;
    private volatile boolean ended;
    private volatile long renewedAtNanos = System.nanoTime();

    ActiveRun(JobQueue queue, Lease lease, Duration leaseFor) {
        this.queue = queue;
        this.lease = lease;
        this.leaseFor = leaseFor;
        this.progress = lease.job().progress();
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
        return stopping;
    }

    @Override
    public void progress(String json) {
        progress = json;
    }

    @Override
    public void mark(Optional<String> resumeMark) throws LeaseLostException {
        try {
            queue.mark(lease, resumeMark);
        } catch (LeaseLostException e) {
            lose();
            throw e;
        }
    }

    RunProgress underWay() {
        return new RunProgress(lease.job(), progress);
    }

    /// Whether a person asked for the end.
    boolean isCancelled() {
        return cancelled;
    }

    /// Whether the lease is gone: nothing may be written for this run any more.
    boolean isLost() {
        return lost;
    }

    /// Tells the run that the daemon stops.
    void stop() {
        stopping = true;
        cancellation.request();
    }

    /// Says that the end is written down, so that a heartbeat under way finds nothing odd in a
    /// lease that is gone.
    void end() {
        ended = true;
    }

    void lose() {
        if (!ended) {
            lost = true;
            cancellation.request();
        }
    }

    /// Renews the lease. When the store does not answer, the run goes on until its lease has run
    /// out by this process's own watch, since then another server may have taken the job.
    ///
    /// @throws QueueException if the store failed
    void renew() {
        try {
            long before = System.nanoTime();
            take(queue.renew(lease, progress, leaseFor));
            renewedAtNanos = before;
        } catch (QueueException e) {
            if (System.nanoTime() - renewedAtNanos > leaseFor.toNanos()) {
                lose();
            }
            throw e;
        }
    }

    private void take(LeaseState state) {
        switch (state) {
            case HELD -> {}
            case CANCEL_REQUESTED -> {
                cancelled = true;
                cancellation.request();
            }
            case LOST -> lose();
        }
    }
}
