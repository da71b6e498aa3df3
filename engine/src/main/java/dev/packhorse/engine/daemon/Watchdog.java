package dev.packhorse.engine.daemon;

import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.run.Liveness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Feeds systemd's watchdog, and only while the daemon really lives: the clock rings, the heartbeat
/// goes round, its own store answers, no worker died, no threads wait for each other. Otherwise it
/// says what is wrong and lets systemd act. A shared store that does not answer is not waited for:
/// no restart brings it back, and work that runs would die with the daemon. Its thread does nothing
/// else: who waited for a disk there would have the daemon killed.
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /// They are looked for every ten minutes.
    private static final Duration ALARMS_LIMIT = Duration.ofMinutes(45);

    /// Time enough for [Mending] to start the clock again first.
    private static final Duration CLOCK_LIMIT = Duration.ofMinutes(6);

    /// How long one call may wait for a shared store: for a connection, and for an answer.
    private static final Duration LONGEST_CALL = Duration.ofMinutes(3);

    private final ServiceNotifier notifier;
    private final Supplier<Liveness> pool;
    private final Supplier<Duration> sinceRing;
    private final Store store;
    private final Supplier<Duration> sinceAlarms;
    private final Duration heartbeatLimit;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().name("packhorse-timer").daemon().unstarted(task));

    /// @param pool how the workers stand
    /// @param sinceRing since the backup clock last rang
    /// @param sinceAlarms since alarms were last looked for
    Watchdog(
            ServiceNotifier notifier,
            Supplier<Liveness> pool,
            Supplier<Duration> sinceRing,
            Supplier<Duration> sinceAlarms,
            Store store,
            Duration lease) {
        this.notifier = notifier;
        this.pool = pool;
        this.sinceRing = sinceRing;
        this.sinceAlarms = sinceAlarms;
        this.store = store;
        this.heartbeatLimit = store.isShared() ? lease.plus(LONGEST_CALL) : lease;
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
        Optional<String> trouble = store.isShared() ? ownTrouble() : restartTrouble();
        if (trouble.isEmpty()) {
            notifier.alive();
        } else {
            LOG.atError().log("not feeding the watchdog: " + trouble.get());
        }
    }

    /// What keeps the daemon from doing its work, empty if nothing does.
    Optional<String> trouble() {
        return restartTrouble().or(this::alarmTrouble);
    }

    private Optional<String> restartTrouble() {
        return ownTrouble().or(this::idle).or(this::storeTrouble);
    }

    /// What they look at hangs, and would after a restart.
    private Optional<String> alarmTrouble() {
        Duration silent = sinceAlarms.get();
        return silent.compareTo(ALARMS_LIMIT) > 0
                ? Optional.of("alarms have not been looked for for " + silent.toMinutes() + " min")
                : Optional.empty();
    }

    /// What a restart may cure.
    private Optional<String> ownTrouble() {
        Liveness liveness = pool.get();
        if (liveness.deadWorkers() > 0) {
            return Optional.of(liveness.deadWorkers() + " workers died");
        }
        if (liveness.sinceHeartbeat().compareTo(heartbeatLimit) > 0) {
            return Optional.of("no heartbeat for " + liveness.sinceHeartbeat());
        }
        Duration silent = sinceRing.get();
        if (silent.compareTo(CLOCK_LIMIT) > 0) {
            return Optional.of("the backup clock has not rung for " + silent);
        }
        if (ManagementFactory.getThreadMXBean().findDeadlockedThreads() != null) {
            return Optional.of("threads wait for each other");
        }
        return store.failure();
    }

    /// A restart would be refused.
    private Optional<String> idle() {
        return pool.get().claiming() ? Optional.empty() : Optional.of("no work is taken");
    }

    private Optional<String> storeTrouble() {
        try {
            store.check();
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
