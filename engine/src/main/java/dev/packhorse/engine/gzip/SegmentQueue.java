package dev.packhorse.engine.gzip;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What goes between the filling thread, the workers and the writer: segments in their order, and
/// free ones. The first failure of anybody ends it for all. Waits cannot be interrupted: every
/// thread always comes to an end by itself. Safe for many threads.
final class SegmentQueue {
    /// Copies need no segment, so their number needs a bound of its own.
    private static final int MOST_ITEMS = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workOrEnd = lock.newCondition();
    private final Condition nextDone = lock.newCondition();
    private final Condition room = lock.newCondition();
    // All below is guarded by the lock.
    private final ArrayDeque<Segment> free = new ArrayDeque<>();
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private final ArrayDeque<Item> ordered = new ArrayDeque<>();
    private @Nullable Throwable failure;
    private boolean complete;
    private boolean written;
    private boolean closing;
    private int running;
    private int open;

    /// A segment on its way, or a range that is to be copied. Its fields belong to whoever holds
    /// it.
    static final class Item {
        final SegmentTask task;
        final @Nullable Segment segment;
        @Nullable StoredRange stored;
        int crc;
        int rawBytes;
        private boolean done;

        Item(SegmentTask task, @Nullable Segment segment, @Nullable StoredRange stored) {
            this.task = task;
            this.segment = segment;
            this.stored = stored;
        }
    }

    /// Adds an empty segment to the free ones.
    void give(Segment segment) {
        lock.lock();
        try {
            free.add(segment);
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A free segment; null once there was a failure.
    @Nullable Segment take() {
        lock.lock();
        try {
            while (free.isEmpty() && failure == null) {
                room.awaitUninterruptibly();
            }
            return failure == null ? free.remove() : null;
        } finally {
            lock.unlock();
        }
    }

    /// Puts an item at the end of the order.
    void submit(Item item) {
        lock.lock();
        try {
            while (ordered.size() >= MOST_ITEMS && failure == null) {
                room.awaitUninterruptibly();
            }
            ordered.add(item);
            open++;
            if (item.segment == null) {
                item.done = true;
                nextDone.signalAll();
            } else {
                waiting.add(item);
                workOrEnd.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The next item that a worker should pack; null once there is nothing more to do.
    @Nullable Item nextToPack() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closing && failure == null) {
                workOrEnd.awaitUninterruptibly();
            }
            return closing || failure != null ? null : waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    void packed(Item item) {
        lock.lock();
        try {
            item.done = true;
            nextDone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next item in order, once it is packed; null when all were written or there was a
    /// failure.
    @Nullable Item nextToWrite() {
        lock.lock();
        try {
            while (failure == null && !closing) {
                Item first = ordered.peek();
                if (first != null && first.done) {
                    ordered.remove();
                    room.signalAll();
                    return first;
                }
                if (first == null && complete) {
                    return null;
                }
                nextDone.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// Says that the item taken last is in the target.
    void wrote() {
        lock.lock();
        try {
            open--;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything submitted is in the target, or there was a failure.
    void awaitDrained() {
        lock.lock();
        try {
            while (open > 0 && failure == null) {
                room.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says that nothing more is submitted.
    void complete() {
        lock.lock();
        try {
            complete = true;
            nextDone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether everything was taken by the writer, and nothing failed.
    boolean isComplete() {
        lock.lock();
        try {
            return complete && ordered.isEmpty() && failure == null && !closing;
        } finally {
            lock.unlock();
        }
    }

    /// Says that everything is in the target.
    void written() {
        lock.lock();
        try {
            written = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything is in the target, or there was a failure.
    void awaitWritten() {
        lock.lock();
        try {
            while (!written && failure == null) {
                room.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends everything; only the first failure is kept.
    void fail(Throwable why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
            }
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    @Nullable Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    void entered() {
        lock.lock();
        try {
            running++;
        } finally {
            lock.unlock();
        }
    }

    void left() {
        lock.lock();
        try {
            running--;
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /// Drops what waits and returns when no thread touches a segment any more.
    void close() {
        lock.lock();
        try {
            closing = true;
            wakeAll();
            while (running > 0) {
                room.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void wakeAll() {
        workOrEnd.signalAll();
        nextDone.signalAll();
        room.signalAll();
    }
}
