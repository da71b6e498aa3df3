package dev.packhorse.engine.daemon;

import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.run.Liveness;
import dev.packhorse.engine.run.WorkerPool;
import dev.packhorse.engine.schedule.BackupClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Feeds systemd's watchdog, and only while the daemon really lives: the clock rings, the heartbeat
/// goes round, the store answers, no worker died, no threads wait for each other. Otherwise it says
/// what is wrong and lets systemd act. Its thread does nothing else: who waited for a disk there
/// would have the daemon killed.
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration CLOCK_LIMIT = Duration.ofMinutes(3);

    private final ServiceNotifier notifier;
    private final WorkerPool pool;
    private final BackupClock clock;
    private final Store store;
    private final Duration heartbeatLimit;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().name("packhorse-timer").daemon().unstarted(task));

    Watchdog(
            ServiceNotifier notifier,
            WorkerPool pool,
            BackupClock clock,
            Store store,
            Duration lease) {
        this.notifier = notifier;
        this.pool = pool;
        this.clock = clock;
        this.store = store;
        this.heartbeatLimit = lease;
    }

    /// Begins, if systemd asked for it.
    void start() {
        notifier.watchdogInterval()
                .ifPresent(interval -> {
                    long every = interval.toMillis() / 3;
                    var _ =
                            thread.scheduleWithFixedDelay(
                                    this::look, 0, every, TimeUnit.MILLISECONDS);
                });
    }

    /// Not by an interrupt, which would close the store's file if it is being asked.
    @Override
    public void close() {
        thread.shutdown();
    }

    private void look() {
        Optional<String> trouble = trouble();
        if (trouble.isEmpty()) {
            notifier.alive();
        } else {
            LOG.atError().log("not feeding the watchdog: " + trouble.get());
        }
    }

    /// What keeps the daemon from doing its work, empty if nothing does.
    Optional<String> trouble() {
        Liveness liveness = pool.liveness();
        if (liveness.deadWorkers() > 0) {
            return Optional.of(liveness.deadWorkers() + " workers died");
        }
        if (liveness.sinceHeartbeat().compareTo(heartbeatLimit) > 0) {
            return Optional.of("no heartbeat for " + liveness.sinceHeartbeat());
        }
        if (clock.sinceRing().compareTo(CLOCK_LIMIT) > 0) {
            return Optional.of("the backup clock has not rung for " + clock.sinceRing());
        }
        if (ManagementFactory.getThreadMXBean().findDeadlockedThreads() != null) {
            return Optional.of("threads wait for each other");
        }
        try {
            store.check();
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
