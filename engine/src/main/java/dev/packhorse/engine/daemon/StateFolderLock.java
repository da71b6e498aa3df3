package dev.packhorse.engine.daemon;

import dev.packhorse.engine.daemon.DaemonStartException.Kind;
import dev.packhorse.engine.rootfile.DurableFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes sure that the state folder is root's alone and that this is the only daemon on it. The
/// kernel releases the lock when the process ends, however it ends.
final class StateFolderLock implements AutoCloseable {
    private final FileChannel channel;

    private StateFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static StateFolderLock take(Path state) throws DaemonStartException {
        try {
            prepare(state);
            FileChannel channel =
                    FileChannel.open(
                            state.resolve("daemon.lock"),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            return lock(state, channel);
        } catch (IOException e) {
            throw new DaemonStartException(
                    Kind.CONFIG, "state folder " + state + ": " + e.getMessage(), e);
        }
    }

    private static StateFolderLock lock(Path state, FileChannel channel)
            throws IOException, DaemonStartException {
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new DaemonStartException(
                    Kind.LOCKED, "another daemon runs with the state folder " + state, null);
        }
        return new StateFolderLock(channel);
    }

    /// Makes the folder if it is not there, and refuses one that others may enter.
    static void prepare(Path state) throws IOException {
        if (!Files.isDirectory(state, LinkOption.NOFOLLOW_LINKS)) {
            DurableFolder.make(state);
        }
        Set<PosixFilePermission> rights =
                Files.getPosixFilePermissions(state, LinkOption.NOFOLLOW_LINKS);
        rights.removeAll(PosixFilePermissions.fromString("rwx------"));
        if (!rights.isEmpty()) {
            throw new IOException("others may enter it: chmod 700 " + state);
        }
        int owner = (Integer) Files.getAttribute(state, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (owner != self) {
            throw new IOException("it belongs to another user: chown it to the daemon's");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
