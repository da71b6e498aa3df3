package dev.packhorse.engine.run;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.QueueException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker: claims jobs of its stage and runs them, one at a time, until the pool stops.
final class Worker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final Duration UNTIL_ENDED = Duration.ofSeconds(2);

    private final String name;
    private final JobKind.Stage stage;
    private final JobQueue queue;
    private final Map<JobKind, JobHandler> handlers;
    private final PoolSettings settings;
    private final RunSet runs;
    private final WorkSignal signal;
    private final RunExecution execution;
    private volatile long lookedAtNanos = System.nanoTime();
    private volatile boolean busy;
    private boolean storeFails;

    /// A worker of one stage.
    ///
    /// @param handlers those of this worker's stage
    Worker(
            String name,
            JobKind.Stage stage,
            JobQueue queue,
            Map<JobKind, JobHandler> handlers,
            PoolSettings settings,
            RunSet runs,
            WorkSignal signal) {
        this.name = name;
        this.stage = stage;
        this.queue = queue;
        this.handlers = Map.copyOf(handlers);
        this.settings = settings;
        this.runs = runs;
        this.signal = signal;
        this.execution = new RunExecution(queue, new RunReport(settings.backoff()), signal);
    }

    String name() {
        return name;
    }

    JobKind.Stage stage() {
        return stage;
    }

    /// How long an idle worker has not looked for work, zero for a busy one.
    Duration sinceLooked() {
        return busy ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lookedAtNanos);
    }

    @Override
    public void run() {
        while (!runs.isStopping()) {
            long seen = signal.work().count();
            lookedAtNanos = System.nanoTime();
            Optional<Lease> lease = claim();
            if (lease.isPresent()) {
                busy = true;
                execute(lease.get());
                busy = false;
            } else if (!runs.isStopping()) {
                signal.work().await(seen, settings.poll());
            }
        }
    }

    private Optional<Lease> claim() {
        if (!runs.isClaiming()) {
            return Optional.empty();
        }
        try {
            Optional<Lease> lease =
                    queue.claim(
                            name,
                            settings.node(),
                            handlers.keySet(),
                            urgentOnly(),
                            settings.leaseFor());
            storeFails = false;
            return lease;
        } catch (RuntimeException e) {
            // Whatever it is, the next look may go better, and a worker less would not help.
            if (!storeFails) {
                storeFails = true;
                LOG.atError()
                        .addKeyValue("worker", name)
                        .setCause(e)
                        .log("no work is claimed while the queue fails");
            }
            return Optional.empty();
        }
    }

    /// Gives a job back whose earlier run has not ended in this process.
    private void putOff(Lease lease) {
        LOG.atWarn()
                .addKeyValue("job", lease.job().id())
                .log("put off: a run that lost its lease has not ended yet");
        try {
            queue.finish(
                    lease,
                    new JobOutcome.Snoozed(
                            UNTIL_ENDED, "an earlier run of it has not ended yet on this server"),
                    FollowUp.NONE);
        } catch (LeaseLostException | QueueException e) {
            // Then the lease runs out, and the job is given out again.
            LOG.atWarn().addKeyValue("job", lease.job().id()).setCause(e).log("not given back");
        }
    }

    private Set<JobKind> urgentOnly() {
        return handlers.values().stream()
                .filter(handler -> !handler.takesScheduled())
                .map(JobHandler::kind)
                .collect(Collectors.toUnmodifiableSet());
    }

    private void execute(Lease lease) {
        ActiveRun run = new ActiveRun(queue, lease, settings.leaseFor());
        JobHandler handler = handlers.get(lease.job().request().kind());
        if (handler == null) {
            throw new IllegalStateException("the queue gave a job of another stage: " + lease);
        }
        if (!runs.add(run)) {
            putOff(lease);
            return;
        }
        try {
            execution.execute(run, handler);
        } finally {
            runs.remove(run);
        }
    }
}
