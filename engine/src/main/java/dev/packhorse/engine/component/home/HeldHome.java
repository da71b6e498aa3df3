package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The home's descriptor, files that wait to be read, and buffers, as the workers use them. It is
/// closed only when nobody is using it: a number that the kernel has given to something else by
/// then must never be used. Safe for many threads.
final class HeldHome implements AutoCloseable {
    private final Directory home;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final Set<PosixFile> files = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /// @param home closed with this
    HeldHome(Directory home) {
        this.home = home;
    }

    /// Work with the open home.
    @FunctionalInterface
    interface Work<R> {
        R run() throws IOException;
    }

    /// Does the work, unless the home is closed.
    <R> R use(Work<R> work) throws IOException {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IOException("packing of the home was given up");
            }
            return work.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Opens a file by its path in the archive; to be called inside [#use].
    PosixFile open(BytePath path) throws IOException {
        return home.openForReadingBeneath(path.relativeTo(HomePath.HOME));
    }

    /// Takes over a file that the walk has opened for a worker.
    void hold(PosixFile file) {
        files.add(file);
    }

    /// Closes a file that was taken over, if it still is open.
    void release(PosixFile file) throws IOException {
        if (files.remove(file)) {
            file.close();
        }
    }

    ByteBuffer takeBuffer() {
        ByteBuffer buffer = buffers.poll();
        return buffer == null ? ByteBuffer.allocateDirect(FilePacker.SMALL) : buffer;
    }

    void giveBuffer(ByteBuffer buffer) {
        buffers.add(buffer);
    }

    @Override
    public void close() throws IOException {
        lock.writeLock().lock();
        try {
            closed = true;
            for (PosixFile file : files) {
                release(file);
            }
            home.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
