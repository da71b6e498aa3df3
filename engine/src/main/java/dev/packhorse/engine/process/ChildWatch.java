package dev.packhorse.engine.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Kills a child that hangs or takes too long, and whatever keeps its pipes open after its end.
/// Safe for many threads.
final class ChildWatch {
    private static final Duration AFTER_EXIT = Duration.ofSeconds(2);

    private final ChildProcess what;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopping = lock.newCondition();
    private final long begin = System.nanoTime();
    private volatile long lastMove = begin;
    private volatile boolean paused;
    private boolean stopped;
    private @Nullable ChildLimitException exceeded;

    ChildWatch(ChildProcess what) {
        this.what = what;
    }

    /// The child took or gave something.
    void moved() {
        lastMove = System.nanoTime();
    }

    /// The child waits for us, not we for it.
    void pause() {
        paused = true;
    }

    void resume() {
        lastMove = System.nanoTime();
        paused = false;
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            stopping.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Nullable ChildLimitException exceeded() {
        lock.lock();
        try {
            return exceeded;
        } finally {
            lock.unlock();
        }
    }

    /// Watches until [#stop()].
    void run(ProcessTree tree) {
        long exitSeen = 0;
        lock.lock();
        try {
            while (!stopped) {
                long now = System.nanoTime();
                if (!tree.isAlive()) {
                    exitSeen = exitSeen == 0 ? now : exitSeen;
                    if (now - exitSeen > AFTER_EXIT.toNanos() && !paused) {
                        tree.killRemains();
                        return;
                    }
                } else if (exceeded == null) {
                    exceeded = judge(now);
                    if (exceeded != null) {
                        tree.kill();
                    }
                }
                await(exceeded == null ? nextLook(now, exitSeen) : AFTER_EXIT.toNanos() / 4);
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(long nanos) {
        try {
            stopping.awaitNanos(nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the watch", e);
        }
    }

    private long nextLook(long now, long exitSeen) {
        if (exitSeen != 0) {
            return TimeUnit.MILLISECONDS.toNanos(100);
        }
        long idle = what.idleLimit().toNanos() - (now - lastMove);
        long total = what.totalLimit().toNanos() - (now - begin);
        long soonest = Math.min(Math.min(idle, total), TimeUnit.SECONDS.toNanos(1));
        return Math.max(soonest, TimeUnit.MILLISECONDS.toNanos(5));
    }

    private @Nullable ChildLimitException judge(long now) {
        String name = String.valueOf(what.program().getFileName());
        if (now - begin >= what.totalLimit().toNanos()) {
            return new ChildLimitException(
                    ChildLimitException.Limit.TOTAL,
                    name + " was killed after " + what.totalLimit().toSeconds() + " s");
        }
        if (!paused && now - lastMove >= what.idleLimit().toNanos()) {
            return new ChildLimitException(
                    ChildLimitException.Limit.IDLE,
                    name + " was killed: it hung for " + what.idleLimit().toSeconds() + " s");
        }
        return null;
    }
}
