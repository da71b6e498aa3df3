package dev.packhorse.engine.run;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the queue's jobs. Start it once, stop it once; the other methods are safe for many threads.
public final class WorkerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final Duration HEARTBEAT_ENDS = Duration.ofSeconds(2);

    private final PoolSettings settings;
    private final WorkSignal signal;
    private final RunSet runs = new RunSet();
    private final Heartbeat heartbeat;
    private final Thread heartbeatThread;
    private final JobQueue queue;
    private final Map<JobKind.Stage, Map<JobKind, JobHandler>> handlers;
    private final String process;
    private final Thread.UncaughtExceptionHandler onError;
    // Only ever grows; guarded by itself.
    private final Map<Worker, Thread> workers = new LinkedHashMap<>();
    private boolean started;

    /// A pool that does not run yet.
    ///
    /// @param signal the listener of the queue
    /// @param handlers one for each kind that this process runs
    /// @param onError told about an error that ended a worker, after its job was marked; the worker
    ///   is not replaced, and [#liveness()] counts it
    /// @throws IllegalArgumentException if two handlers are for one kind
    public WorkerPool(
            JobQueue queue,
            WorkSignal signal,
            List<JobHandler> handlers,
            PoolSettings settings,
            Thread.UncaughtExceptionHandler onError) {
        this.settings = settings;
        this.signal = signal;
        this.heartbeat = new Heartbeat(queue, runs, signal, settings.heartbeat());
        this.heartbeatThread =
                Thread.ofPlatform()
                        .name("packhorse-heartbeat")
                        .uncaughtExceptionHandler(onError)
                        .unstarted(heartbeat);
        this.queue = queue;
        this.handlers = byStage(handlers);
        this.process = settings.node() + "/" + UUID.randomUUID().toString().substring(0, 8);
        this.onError = onError;
        settings.workers().forEach(this::raise);
    }

    /// Sees to it that a stage has at least so many workers. It never has fewer again, and none
    /// where this process has no handler for it.
    public void raise(JobKind.Stage stage, int count) {
        Map<JobKind, JobHandler> ofStage = handlers.getOrDefault(stage, Map.of());
        if (ofStage.isEmpty()) {
            return;
        }
        synchronized (workers) {
            long there = workers.keySet().stream().filter(it -> it.stage() == stage).count();
            for (long i = there + 1; i <= count; i++) {
                Worker worker =
                        new Worker(
                                process + "/" + stage + "-" + i,
                                stage,
                                queue,
                                ofStage,
                                settings,
                                runs,
                                signal);
                Thread thread =
                        Thread.ofPlatform()
                                .name("packhorse-" + stage + "-" + i)
                                .uncaughtExceptionHandler(onError)
                                .unstarted(worker);
                workers.put(worker, thread);
                if (started) {
                    thread.start();
                }
            }
        }
    }

    private static Map<JobKind.Stage, Map<JobKind, JobHandler>> byStage(List<JobHandler> handlers) {
        Map<JobKind.Stage, Map<JobKind, JobHandler>> byStage = new EnumMap<>(JobKind.Stage.class);
        for (JobHandler handler : handlers) {
            @Nullable JobHandler other =
                    byStage.computeIfAbsent(
                                    handler.kind().stage(), _ -> new EnumMap<>(JobKind.class))
                            .put(handler.kind(), handler);
            if (other != null) {
                throw new IllegalArgumentException("two handlers for " + handler.kind());
            }
        }
        return byStage;
    }

    /// Starts the heartbeat, which at once takes back the leases of a process that died, and then
    /// the workers.
    public void start() {
        heartbeatThread.start();
        synchronized (workers) {
            started = true;
            workers.values().forEach(Thread::start);
        }
    }

    private Map<Worker, Thread> workers() {
        synchronized (workers) {
            return new LinkedHashMap<>(workers);
        }
    }

    /// What the watchdog wants to know.
    public Liveness liveness() {
        Duration sinceLooked = Duration.ZERO;
        int dead = heartbeatThread.isAlive() ? 0 : 1;
        for (Map.Entry<Worker, Thread> worker : workers().entrySet()) {
            if (!worker.getValue().isAlive()) {
                dead++;
            } else if (worker.getKey().sinceLooked().compareTo(sinceLooked) > 0) {
                sinceLooked = worker.getKey().sinceLooked();
            }
        }
        return new Liveness(
                heartbeat.sinceRound(),
                heartbeat.sinceAnswer(),
                sinceLooked,
                runs.size(),
                dead,
                runs.isClaiming());
    }

    /// How far each run of this process is, newer than what the store has.
    public List<RunProgress> underWay() {
        return runs.all().stream().map(ActiveRun::underWay).toList();
    }

    /// Takes no work any more; what runs goes on.
    public void claimNoMore() {
        runs.claimNoMore();
    }

    /// Claims no more and asks running jobs to hand themselves back, without waiting for them.
    public void askToEnd() {
        runs.stop();
        signal.all();
    }

    /// As the other, within the time of the settings.
    ///
    /// @return the names of the workers that were still busy after the wait
    public List<String> stop() {
        return stop(settings.stopWithin());
    }

    /// Ends in order: no claims any more, running jobs are asked to hand themselves back, then a
    /// bounded wait for them, and the heartbeats last. A run that does not end in time keeps its
    /// lease, which runs out after the process is gone.
    ///
    /// @param longest how long to wait
    /// @return the names of the workers that were still busy after the wait
    public List<String> stop(Duration longest) {
        askToEnd();
        long deadline = System.nanoTime() + longest.toNanos();
        List<String> busy = new ArrayList<>();
        workers()
                .forEach((worker, thread) -> {
                    if (!join(thread, deadline)) {
                        busy.add(worker.name());
                    }
                });
        if (!busy.isEmpty()) {
            LOG.atWarn().addKeyValue("workers", busy).log("jobs did not end within the stop time");
        }
        heartbeat.stop();
        // It is done at once, unless the store keeps it waiting.
        join(heartbeatThread, System.nanoTime() + HEARTBEAT_ENDS.toNanos());
        return busy;
    }

    @Override
    public void close() {
        stop();
    }

    private static boolean join(Thread thread, long deadline) {
        if (thread.getState() == Thread.State.NEW) {
            return true;
        }
        while (true) {
            try {
                long left = Math.max(1, deadline - System.nanoTime());
                return thread.join(Duration.ofNanos(left));
            } catch (InterruptedException e) {
                // The stop is as urgent as it gets already.
                LOG.debug("interrupted while stopping", e);
            }
        }
    }
}
