package dev.packhorse.engine.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the tallies of a [LoginGuard] across restarts. They are written about a second after the
/// first change, with all that came meanwhile, and later the more there are: a flood of wrong
/// logins is no flood of writes. A kill loses what came since the newest write. Safe for many
/// threads.
public final class LockoutKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LockoutKeeper.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_TOLD = 1_000;

    private final LockoutFile file;
    private final LoginGuard guard;
    private final Watch watch;

    /// Touched by the writer's thread alone.
    private final List<Lockout> untold = new ArrayList<>();

    private final AtomicBoolean awaited = new AtomicBoolean();
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(task ->
                    Thread.ofPlatform().name("packhorse-lockouts").daemon().unstarted(task));

    /// Guarded by `this`.
    private boolean closed;

    /// Is told of lock-outs, on the keeper's own thread.
    public interface Watch {
        /// At once.
        void lockedOut(Lockout lockout);

        /// A minute after the first, those that came meanwhile with it.
        void lockedOut(List<Lockout> ofAMinute);
    }

    private LockoutKeeper(
            Path file, LockoutRules rules, Duration pause, InstantSource clock, Watch watch) {
        this.file = new LockoutFile(file);
        this.watch = watch;
        this.guard = new LoginGuard(rules, pause, clock, new Changes());
    }

    /// Takes up what a file holds. One that cannot be read is logged, and replaced: nobody is to be
    /// kept out, nor the daemon from its start, by a damaged file.
    ///
    /// @param file made with mode 0600, in a folder that is there
    public static LockoutKeeper open(
            Path file, LockoutRules rules, Duration pause, InstantSource clock, Watch watch) {
        LockoutKeeper keeper = new LockoutKeeper(file, rules, pause, clock, watch);
        try {
            keeper.file.read().ifPresent(keeper.guard::resume);
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("file", file)
                    .setCause(e)
                    .log("counts of wrong logins cannot be read; they begin anew");
        }
        return keeper;
    }

    public LoginGuard guard() {
        return guard;
    }

    private final class Changes implements LoginGuard.Listener {
        @Override
        public void changed() {
            if (awaited.compareAndSet(false, true)) {
                later(LockoutKeeper.this::write, SOON.plusMillis(guard.size()));
            }
        }

        @Override
        public void lockedOut(Lockout lockout) {
            LOG.atWarn()
                    .addKeyValue("address", lockout.address())
                    .addKeyValue("user", lockout.user())
                    .addKeyValue("until", lockout.until())
                    .log("locked out after wrong logins");
            later(() -> tell(lockout), Duration.ZERO);
        }
    }

    private void tell(Lockout lockout) {
        watch.lockedOut(lockout);
        if (untold.isEmpty()) {
            later(this::tellOfAMinute, MINUTE);
        }
        if (untold.size() < MOST_TOLD) {
            untold.add(lockout);
        }
    }

    private void tellOfAMinute() {
        List<Lockout> all = List.copyOf(untold);
        untold.clear();
        if (!isClosed()) {
            watch.lockedOut(all);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void later(Runnable task, Duration delay) {
        try {
            // What the tasks can cause they log themselves.
            var _ = writer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().setCause(e).log("closed meanwhile");
        }
    }

    private synchronized void write() {
        if (closed) {
            return; // the file may be another daemon's by now
        }
        awaited.set(false);
        try {
            file.write(guard.kept());
        } catch (IOException e) {
            LOG.atError()
                    .setCause(e)
                    .log("counts of wrong logins cannot be kept; a restart would forget them");
        }
    }

    /// Writes what is not written yet. The guard goes on, and nothing of it is kept any more.
    @Override
    public synchronized void close() {
        write();
        closed = true;
        writer.shutdown();
    }
}
