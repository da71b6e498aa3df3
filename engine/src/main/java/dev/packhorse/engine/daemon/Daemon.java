package dev.packhorse.engine.daemon;

import dev.packhorse.engine.daemon.DaemonStartException.Kind;
import dev.packhorse.engine.health.Alarms;
import dev.packhorse.engine.http.HttpServerHandle;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreCopy;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.StoreLockedException;
import dev.packhorse.engine.jdbc.StoreSettings;
import dev.packhorse.engine.jdbc.UnusableStoreException;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.run.WorkerPool;
import dev.packhorse.engine.schedule.BackupClock;
import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.staging.ReserveFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running daemon. Start and stop are called once each.
///
/// Starts in this order: state folder, store with recovery, host, workers, clock, port; then it is
/// ready. Stops the other way round: no new calls, no new slots, running jobs handed back, store
/// closed. The jobs are asked first, and all that is waited for has one deadline.
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration CLOCK_SILENT = Duration.ofMinutes(3);

    /// With half a minute for the whole stop, this leaves the store time to close.
    private static final Duration LONGEST_STOP = Duration.ofSeconds(25);

    /// What is left to the workers when calls, and a copy of the store, have had their time.
    private static final Duration FOR_WORKERS = Duration.ofSeconds(12);

    private static final Duration LONGEST_CALLS = Duration.ofSeconds(8);
    private static final Duration COPY_EVERY = Duration.ofHours(1);
    private static final Duration TAKE_BACK_FIRST = Duration.ofMinutes(2);
    private static final Duration TAKE_BACK_EVERY = Duration.ofHours(1);
    private static final Duration RELEASE_EVERY = Duration.ofSeconds(10);

    private final Deque<Part> started = new ArrayDeque<>();
    private final ServiceNotifier notifier;
    private final URI address;

    /// Something that was started, and how it is stopped.
    private record Part(String name, Stop stop) {}

    /// Stops something.
    @FunctionalInterface
    private interface Stop {
        /// @param longest how long it may wait for what is under way
        void within(Duration longest) throws Exception;
    }

    private Daemon(
            Settings settings,
            Drivers drivers,
            ServiceNotifier notifier,
            Runnable onFatal,
            EndRequest end)
            throws DaemonStartException {
        this.notifier = notifier;
        boolean ready = false;
        try {
            ConfigCheck.refuseUnfit(settings);
            this.address = start(settings, drivers, onFatal, end);
            ready = true;
        } catch (UnusableStoreException e) {
            throw new DaemonStartException(Kind.STORE, String.valueOf(e.getMessage()), e);
        } catch (StoreLockedException e) {
            throw new DaemonStartException(Kind.LOCKED, String.valueOf(e.getMessage()), e);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new DaemonStartException(Kind.CONFIG, String.valueOf(e.getMessage()), e);
        } catch (StoreException | IOException e) {
            throw new DaemonStartException(Kind.FAILED, String.valueOf(e.getMessage()), e);
        } finally {
            if (!ready) {
                stopAll();
            }
        }
        notifier.ready("serving on " + address);
    }

    /// Starts everything.
    ///
    /// @param drivers the drivers for destinations
    /// @param onFatal told, on some thread, that the daemon cannot go on and should be stopped and
    ///   started again
    /// @param end ends a start that waits for a shared store
    /// @throws DaemonStartException if it cannot; nothing runs then
    public static Daemon start(
            Settings settings,
            Drivers drivers,
            ServiceNotifier notifier,
            Runnable onFatal,
            EndRequest end)
            throws DaemonStartException {
        return new Daemon(settings, drivers, notifier, onFatal, end);
    }

    private URI start(Settings settings, Drivers drivers, Runnable onFatal, EndRequest end)
            throws DaemonStartException, StoreException, IOException {
        Path state = settings.get(SettingKeys.STATE);
        began("state folder", StateFolderLock.take(state));
        ReserveFile reserve = new ReserveFile(state, settings.get(SettingKeys.STATE_RESERVE));
        // Before the store, which cannot be opened on a full disk.
        reserve.giveUpIfFull();
        StoreSettings place = StoreParts.settings(settings, state);
        StoreWait.Opened opened = new StoreWait(notifier, end).open(place);
        Store store = opened.store();
        began("store", store);
        Optional<StoreMark> mark =
                store.isShared()
                        ? Optional.empty()
                        : Optional.of(StoreMark.take(store, place, state));
        mark.ifPresent(each -> began("store's mark", each));
        DaemonParts parts = DaemonParts.of(settings, store, drivers);
        parts.recover();

        WorkerPool pool = parts.pool(onFatal);
        pool.start();
        beganAndEnds("workers", pool::stop);
        BackupClock clock = parts.clock();
        clock.start();
        beganAndEnds("clock", longest -> clock.close(longest.minus(FOR_WORKERS)));

        Alarms alarms = parts.alarms();
        Watchdog watchdog =
                new Watchdog(
                        notifier,
                        pool::liveness,
                        clock::sinceRing,
                        alarms::sinceLook,
                        store,
                        settings.get(SettingKeys.QUEUE_LEASE));
        Mending mending =
                new Mending(
                        clock,
                        store,
                        CLOCK_SILENT,
                        parts::tell,
                        why -> {
                            pool.claimNoMore();
                            notifier.status("no work is taken: " + why);
                        });
        mending.start();
        began("mending", mending);
        if (opened.waited().isPositive()) {
            parts.tell(Events.storeWasAway(opened.waited()));
        }
        ScheduledExecutorService tidier =
                Executors.newSingleThreadScheduledExecutor(Daemon::tidierThread);
        began("housekeeping", tidier::shutdown);
        // Threads of their own: what the others touch may hang for ever, as a disk of a server that
        // is away.
        alarms.start(alone("alarms"));
        parts.housekeeping().start(tidier);
        parts.uploadWorkers(pool).start(tidier);
        Releasing releasing = parts.releasing();
        began("release of local archives", releasing);
        releasing.start(RELEASE_EVERY);
        TakingBack takingBack = parts.takingBack();
        began("taking back of uploads", takingBack);
        takingBack.start(TAKE_BACK_FIRST, TAKE_BACK_EVERY);
        // The look catches what it can cause; the thread ends with the daemon.
        var _ = alone("reserve").scheduleWithFixedDelay(reserve::look, 60, 2, TimeUnit.SECONDS);
        mark.ifPresent(each -> copyRegularly(store, each, state));

        began("logins", parts.logins());
        HttpServerHandle http = parts.http(clock, watchdog);
        http.start();
        beganAndEnds("port", longest -> http.close(shorter(longest, LONGEST_CALLS)));
        // Ended before the port is, which waits for its calls.
        began("events", parts.feed(pool));
        // Running jobs hand themselves back while the port waits.
        began("work", pool::askToEnd);
        // Whose workers end is not fed any more.
        watchdog.start();
        began("watchdog", watchdog);
        LOG.atInfo().addKeyValue("address", http.uri()).addKeyValue("state", state).log("ready");
        return http.uri();
    }

    private static Thread tidierThread(Runnable task) {
        return Thread.ofPlatform().name("packhorse-tidy").daemon().unstarted(task);
    }

    private ScheduledExecutorService alone(String name) {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(task ->
                        Thread.ofPlatform().name("packhorse-" + name).daemon().unstarted(task));
        began(name, timer::shutdown);
        return timer;
    }

    private void copyRegularly(Store store, StoreMark mark, Path state) {
        StoreCopying copying = new StoreCopying(new StoreCopy(store, state), mark, state);
        beganAndEnds("copies of the store", longest -> copying.close(longest.minus(FOR_WORKERS)));
        copying.start(COPY_EVERY);
    }

    /// Where the API is served.
    public URI address() {
        return address;
    }

    private void began(String name, AutoCloseable stop) {
        beganAndEnds(name, _ -> stop.close());
    }

    private void beganAndEnds(String name, Stop stop) {
        started.push(new Part(name, stop));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        notifier.stopping();
        stopAll();
        LOG.atInfo().log("stopped");
    }

    /// Stops what was started; a part that fails to stop does not keep the others running.
    private void stopAll() {
        long deadline = System.nanoTime() + LONGEST_STOP.toNanos();
        while (!started.isEmpty()) {
            Part part = started.pop();
            try {
                part.stop().within(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } catch (Exception e) {
                LOG.atError()
                        .addKeyValue("part", part.name())
                        .setCause(e)
                        .log("did not stop in order");
            }
        }
    }
}
