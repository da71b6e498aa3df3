package dev.packhorse.engine.gzip;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The threads that pack blocks. The number of blocks is the caller's, so the queue is bounded by
/// it. Waits cannot be interrupted: a worker always comes to an end by itself.
final class MemberWorkers implements AutoCloseable {
    private final GzipSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workOrEnd = lock.newCondition();
    private final Condition progress = lock.newCondition();
    // All below is guarded by the lock.
    private final ArrayDeque<Block> waiting = new ArrayDeque<>();
    private int running;
    private boolean ending;
    private @Nullable Throwable broken;

    MemberWorkers(GzipSettings settings) {
        this.settings = settings;
    }

    /// Starts the threads. If one cannot be started, those that were are ended by [#close()].
    void start() {
        for (int i = 1; i <= settings.threads(); i++) {
            lock.lock();
            try {
                running++;
            } finally {
                lock.unlock();
            }
            boolean started = false;
            try {
                Thread.ofPlatform().daemon().name("gzip-" + i).start(this::work);
                started = true;
            } finally {
                if (!started) {
                    leave();
                }
            }
        }
    }

    /// Hands a filled block to the workers.
    void submit(Block block) {
        lock.lock();
        try {
            block.start();
            if (broken != null) {
                block.end(broken);
                return;
            }
            waiting.add(block);
            workOrEnd.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the block is packed, or failed.
    void await(Block block) {
        lock.lock();
        try {
            while (!block.isDone()) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether the block needs no more waiting.
    boolean isDone(Block block) {
        lock.lock();
        try {
            return block.isDone();
        } finally {
            lock.unlock();
        }
    }

    /// Drops what waits and returns when no thread touches a block any more.
    @Override
    public void close() {
        lock.lock();
        try {
            ending = true;
            waiting.clear();
            workOrEnd.signalAll();
            while (running > 0) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try (MemberEncoder encoder = new MemberEncoder(settings)) {
            for (Block block = next(); block != null; block = next()) {
                pack(encoder, block);
            }
        } catch (Throwable e) {
            // A worker that cannot go on must not leave anybody waiting for its blocks.
            breakDown(e);
        } finally {
            leave();
        }
    }

    private void breakDown(Throwable why) {
        lock.lock();
        try {
            broken = why;
            waiting.forEach(block -> block.end(why));
            waiting.clear();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pack(MemberEncoder encoder, Block block) {
        Throwable failure = null;
        try {
            encoder.encode(block.raw(), block.packed());
        } catch (Throwable e) {
            // Whatever it is, the filling thread waits for this block and must learn of it.
            failure = e;
        }
        lock.lock();
        try {
            block.end(failure);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Block next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !ending) {
                workOrEnd.awaitUninterruptibly();
            }
            return ending ? null : waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            running--;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
