package dev.packhorse.engine.daemon;

import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.UnusableStoreException;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.schedule.BackupClock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts right what needs no restart of the daemon, and tells people: a backup clock that stands
/// still is started again, and of a shared store that was away is told once it is back. Whoever
/// finds that another server has upgraded the store takes no work any more. On a thread of its own,
/// since the store may keep it waiting; whether systemd watches plays no part.
final class Mending implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mending.class);
    private static final Duration EVERY = Duration.ofSeconds(20);

    private final BackupClock clock;
    private final Store store;
    private final Duration clockLimit;
    private final Consumer<Notice> tell;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().name("packhorse-mend").daemon().unstarted(task));
    private final Consumer<String> onNewer;
    private boolean newer;
    private boolean mended;
    private OptionalLong awaySinceNanos = OptionalLong.empty();

    /// @param clockLimit how long the clock may be silent; it rings once a minute
    /// @param tell takes what people are told
    /// @param onNewer told, once, why this version may not go on with the store
    Mending(
            BackupClock clock,
            Store store,
            Duration clockLimit,
            Consumer<Notice> tell,
            Consumer<String> onNewer) {
        this.clock = clock;
        this.store = store;
        this.clockLimit = clockLimit;
        this.tell = tell;
        this.onNewer = onNewer;
    }

    void start() {
        // The look catches what it can cause; the thread ends with the daemon.
        var _ =
                thread.scheduleWithFixedDelay(
                        this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Not by an interrupt, which would close the store's file if it is being asked.
    @Override
    public void close() {
        thread.shutdown();
    }

    /// One look at everything. One thread at a time.
    void look() {
        try {
            lookAtClock();
            if (store.isShared()) {
                lookAtStore();
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("could not look after the daemon; looks again");
        }
    }

    private void lookAtClock() {
        Duration silent = clock.sinceRing();
        if (silent.compareTo(clockLimit) <= 0) {
            mended = false;
            return;
        }
        // What hangs still, after that, is no matter of its threads: the watchdog sees to it.
        if (mended) {
            return;
        }
        mended = true;
        LOG.atError()
                .addKeyValue("seconds", silent.toSeconds())
                .log("the backup clock stood still and is started again");
        clock.restart();
        tell.accept(Events.clockRestarted(silent));
    }

    private void lookAtStore() {
        try {
            if (!newer) {
                store.requireOwnVersion();
            }
            store.check();
        } catch (UnusableStoreException e) {
            newer = true;
            LOG.atError()
                    .setCause(e)
                    .log(
                            "another server has upgraded the store: no work is taken here until the"
                                    + " new version is installed");
            onNewer.accept(String.valueOf(e.getMessage()));
            return;
        } catch (StoreException e) {
            if (awaySinceNanos.isEmpty()) {
                awaySinceNanos = OptionalLong.of(System.nanoTime());
                LOG.atError()
                        .setCause(e)
                        .log(
                                "the store is away: no work is taken until it is back, and calls"
                                        + " are refused");
            }
            return;
        }
        if (awaySinceNanos.isPresent()) {
            Duration away = Duration.ofNanos(System.nanoTime() - awaySinceNanos.getAsLong());
            awaySinceNanos = OptionalLong.empty();
            LOG.atWarn().addKeyValue("seconds", away.toSeconds()).log("the store is back");
            tell.accept(Events.storeWasAway(away));
        }
    }
}
