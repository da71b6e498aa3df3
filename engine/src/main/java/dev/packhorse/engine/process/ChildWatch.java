package dev.packhorse.engine.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Kills a child that hangs or takes too long, and whatever keeps its pipes open after its end.
/// Safe for many threads.
final class ChildWatch {
    private static final Duration AFTER_EXIT = Duration.ofSeconds(2);

    private final ChildProcess what;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final long begin = System.nanoTime();
    private volatile long lastMove = begin;
    private volatile boolean paused;
    private volatile @Nullable ChildLimitException exceeded;

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
        stopped.countDown();
    }

    @Nullable ChildLimitException exceeded() {
        return exceeded;
    }

    /// Watches until [#stop()].
    void run(ProcessTree tree) {
        long exitSeen = 0;
        long wait = 0;
        while (!stoppedWithin(wait)) {
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
            wait = nextLook(now, exitSeen);
        }
    }

    private boolean stoppedWithin(long nanos) {
        try {
            return stopped.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the watch", e);
        }
    }

    private long nextLook(long now, long exitSeen) {
        if (exitSeen != 0 || exceeded != null) {
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
