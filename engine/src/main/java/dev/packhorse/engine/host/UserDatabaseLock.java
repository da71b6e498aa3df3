package dev.packhorse.engine.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The lock that all writers of the user database hold: a record lock on `/etc/.pwd.lock`, which
/// lckpwdf(3) takes too. Record locks belong to the process, so a lock inside the process comes
/// first; closing any descriptor of the file gives them up, so there is only ever one.
final class UserDatabaseLock {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofMillis(20);
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final HostRoot root;

    UserDatabaseLock(HostRoot root) {
        this.root = root;
    }

    /// Waits up to 15 seconds, as the C library does.
    ///
    /// @throws IOException if another process holds it all the time, or the file cannot be opened
    Held acquire() throws IOException {
        IN_PROCESS.lock();
        boolean held = false;
        try {
            Held result = acquireFile();
            held = true;
            return result;
        } finally {
            if (!held) {
                IN_PROCESS.unlock();
            }
        }
    }

    private Held acquireFile() throws IOException {
        FileChannel channel = open();
        try {
            return new Held(channel, waitFor(channel));
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
    }

    private FileChannel open() throws IOException {
        Path file = root.resolve(HostLayout.PASSWORD_LOCK);
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("there is no folder /etc below the host root " + root.folder());
        }
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static FileLock waitFor(FileChannel channel) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        @Nullable FileLock lock = channel.tryLock();
        while (lock == null) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        HostLayout.PASSWORD_LOCK
                                + " is held by another process; try again when it has ended");
            }
            LockSupport.parkNanos(STEP.toNanos());
            lock = channel.tryLock();
        }
        return lock;
    }

    /// Given up by closing.
    record Held(FileChannel channel, FileLock lock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (channel) {
                lock.release();
            } finally {
                IN_PROCESS.unlock();
            }
        }
    }
}
