package dev.packhorse.transport.sftp;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What the server sent and nobody has read yet. The library's thread writes, one other reads; the
/// reader may be another thread each time, which the JDK's pipes do not allow. When it is full the
/// writer waits, and with it the server.
final class Inbox extends OutputStream {
    private static final int FIRST = 1 << 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int most;
    private byte[] ring = new byte[FIRST];
    private int from;
    private int filled;
    private boolean ended;

    /// @param most how much is held at most; as large as the channel's window
    Inbox(int most) {
        this.most = most;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        lock.lock();
        try {
            for (int done = 0; done < length; ) {
                makeRoom(length - done);
                while (filled == ring.length && !ended) {
                    changed.awaitUninterruptibly();
                }
                if (ended) {
                    throw new IOException("the connection is closed");
                }
                done += take(source, offset + done, length - done);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] source, int offset, int length) {
        int at = (from + filled) % ring.length;
        int count = Math.min(length, Math.min(ring.length - filled, ring.length - at));
        System.arraycopy(source, offset, ring, at, count);
        filled += count;
        return count;
    }

    private void makeRoom(int wanted) {
        if (ring.length - filled >= wanted || ring.length >= most) {
            return;
        }
        byte[] larger = new byte[(int) Math.min(most, Math.max(2L * ring.length, filled + wanted))];
        int first = Math.min(filled, ring.length - from);
        System.arraycopy(ring, from, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, filled - first);
        ring = larger;
        from = 0;
    }

    /// Fills the target.
    ///
    /// @throws EOFException if the connection ended before
    void readFully(byte[] target, int offset, int length) throws EOFException {
        lock.lock();
        try {
            for (int done = 0; done < length; ) {
                while (filled == 0 && !ended) {
                    changed.awaitUninterruptibly();
                }
                if (filled == 0) {
                    throw new EOFException("the server closed the connection");
                }
                boolean wasFull = filled == ring.length;
                done += give(target, offset + done, length - done);
                if (wasFull) {
                    changed.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private int give(byte[] target, int offset, int length) {
        int count = Math.min(length, Math.min(filled, ring.length - from));
        System.arraycopy(ring, from, target, offset, count);
        from = (from + count) % ring.length;
        filled -= count;
        return count;
    }

    /// Whether there is something to read.
    boolean isFilled() {
        lock.lock();
        try {
            return filled > 0;
        } finally {
            lock.unlock();
        }
    }

    /// Whether the server ended the connection, or somebody here did.
    boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
