package dev.packhorse.engine.run;

import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.QueueException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the leases of all runs, and then takes back those of dead workers. In that order and on
/// one thread, so that a clock that jumps ahead cannot make this process take its own live runs for
/// dead.
final class Heartbeat implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final JobQueue queue;
    private final RunSet runs;
    private final WorkSignal signal;
    private final Duration every;
    private volatile boolean stopped;
    private volatile long wentRoundAtNanos = System.nanoTime();
    private volatile long answeredAtNanos = System.nanoTime();
    private boolean storeFails;

    Heartbeat(JobQueue queue, RunSet runs, WorkSignal signal, Duration every) {
        this.queue = queue;
        this.runs = runs;
        this.signal = signal;
        this.every = every;
    }

    @Override
    public void run() {
        long lastReclaim = System.nanoTime() - every.toNanos();
        while (!stopped) {
            long seen = signal.cancellation().count();
            boolean reclaim = System.nanoTime() - lastReclaim >= every.toNanos();
            if (reclaim) {
                lastReclaim = System.nanoTime();
            }
            goRound(reclaim);
            signal.cancellation().await(seen, every);
        }
    }

    void stop() {
        stopped = true;
        signal.all();
    }

    Duration sinceRound() {
        return Duration.ofNanos(System.nanoTime() - wentRoundAtNanos);
    }

    Duration sinceAnswer() {
        return Duration.ofNanos(System.nanoTime() - answeredAtNanos);
    }

    private void goRound(boolean reclaim) {
        boolean failed = false;
        List<ActiveRun> all = runs.all();
        for (ActiveRun run : all) {
            failed |= !renew(run);
            // Each may wait for a store that is away: that is no heartbeat that hangs.
            wentRoundAtNanos = System.nanoTime();
        }
        if (!failed && reclaim) {
            failed = !reclaim();
        }
        if (!failed && (reclaim || !all.isEmpty())) {
            answeredAtNanos = System.nanoTime();
            storeFails = false;
        }
        wentRoundAtNanos = System.nanoTime();
    }

    private boolean renew(ActiveRun run) {
        try {
            run.renew();
            return true;
        } catch (QueueException e) {
            complain(e);
            return false;
        } catch (RuntimeException e) {
            // One run's odd progress must not cost the others their leases.
            LOG.atError()
                    .addKeyValue("job", run.lease().job().id())
                    .setCause(e)
                    .log("a lease could not be renewed");
            return true;
        }
    }

    private boolean reclaim() {
        try {
            int reclaimed = queue.reclaimExpired();
            if (reclaimed > 0) {
                LOG.atWarn()
                        .addKeyValue("jobs", reclaimed)
                        .log("leases of dead workers taken back");
            }
            return true;
        } catch (RuntimeException e) {
            complain(e);
            return false;
        }
    }

    /// Once an outage, not once a heartbeat.
    private void complain(RuntimeException e) {
        if (!storeFails) {
            storeFails = true;
            LOG.atError().setCause(e).log("the heartbeat does not get through to the queue");
        }
    }
}
