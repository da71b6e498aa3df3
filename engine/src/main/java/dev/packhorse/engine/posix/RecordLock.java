package dev.packhorse.engine.posix;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A record lock on a file, as of fcntl(2), which one thread of one process has at a time until it
/// closes it. The kernel releases it when the process ends, however it ends. Record locks belong to
/// the process, so a lock inside the process comes first; closing any descriptor of the file gives
/// them up, so there is only ever one, and nobody may open such a file otherwise.
public final class RecordLock implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private final ReentrantLock inProcess;
    private final FileChannel channel;
    private final FileLock lock;

    private RecordLock(ReentrantLock inProcess, FileChannel channel, FileLock lock) {
        this.inProcess = inProcess;
        this.channel = channel;
        this.lock = lock;
    }

    /// Makes the file with mode 0600 if it is not there, and waits up to 15 seconds for another
    /// process, as lckpwdf(3) does. Not for a thread that has the lock.
    ///
    /// @param name what a message calls the file
    /// @throws IOException if another process holds it all the time, or the file cannot be opened
    public static RecordLock acquire(Path file, String name) throws IOException {
        ReentrantLock inProcess =
                IN_PROCESS.computeIfAbsent(
                        file.toAbsolutePath().normalize(), _ -> new ReentrantLock());
        inProcess.lock();
        boolean held = false;
        try {
            RecordLock result = acquireFile(inProcess, file, name);
            held = true;
            return result;
        } finally {
            if (!held) {
                inProcess.unlock();
            }
        }
    }

    private static RecordLock acquireFile(ReentrantLock inProcess, Path file, String name)
            throws IOException {
        FileChannel channel = open(file);
        try {
            return new RecordLock(inProcess, channel, waitFor(channel, name));
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static FileLock waitFor(FileChannel channel, String name) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        @Nullable FileLock lock = channel.tryLock();
        while (lock == null) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        name + " is held by another process; try again when it has ended");
            }
            LockSupport.parkNanos(STEP.toNanos());
            lock = channel.tryLock();
        }
        return lock;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            lock.release();
        } finally {
            inProcess.unlock();
        }
    }
}
