package dev.packhorse.engine.job;

import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is different where the backup directory lies on a file system of a network: it can be away,
/// which the kernel tells in words that name neither place nor reason, and some promise less than a
/// disk. Safe for many threads.
final class NetworkDisk {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkDisk.class);
    private static final Pattern TYPES =
            Pattern.compile("fuse|fuse\\..+|nfs[0-9]*|cifs|smb.*|ceph|glusterfs|lustre|9p|afs");
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private NetworkDisk() {}

    /// A failure of work in the backup directory, with what may be behind it. One that tells more
    /// than the kernel does stays as it is.
    static IOException explained(
            ServerBackups backups, BackupDirectory directory, IOException failure) {
        if (!isOfKernel(failure)) {
            return failure;
        }
        try {
            BackupDirectory now = BackupPlace.mounted(backups);
            now.requireReachable();
            Optional<String> type = type(directory.root());
            return type.isEmpty()
                    ? failure
                    : new IOException(
                            "%s; the backup directory %s is on a file system of a network (%s): does its server answer?"
                                    .formatted(failure.getMessage(), directory.root(), type.get()),
                            failure);
        } catch (IOException e) {
            IOException both =
                    new IOException(
                            "%s; %s".formatted(failure.getMessage(), e.getMessage()), failure);
            both.addSuppressed(e);
            return both;
        }
    }

    private static boolean isOfKernel(IOException failure) {
        return failure.getClass() == IOException.class
                || failure instanceof FileSystemException
                || failure instanceof PosixException;
    }

    /// The name of the file system, empty for one of this machine's own.
    private static Optional<String> type(Path folder) throws IOException {
        return Optional.of(Files.getFileStore(folder).type()).filter(TYPES.asMatchPredicate());
    }

    /// Tells once what the file system of a directory cannot promise.
    ///
    /// @param made something that was made there
    static void tell(BackupDirectory directory, Path made) {
        try {
            Optional<String> type = type(directory.root());
            if (type.isEmpty() || !TOLD.add(directory.root() + " " + type.get())) {
                return;
            }
            if (type.get().startsWith("fuse")) {
                LOG.atWarn()
                        .addKeyValue("folder", directory.root())
                        .addKeyValue("type", type.get())
                        .log(
                                "this file system does not tell when all is on the disk: a power cut"
                                        + " of the server behind it can lose the archives of the"
                                        + " last minutes");
            }
            Object owner = Files.getAttribute(made, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                LOG.atWarn()
                        .addKeyValue("folder", directory.root())
                        .addKeyValue("type", type.get())
                        .addKeyValue("user", owner)
                        .log(
                                "this file system gives root's files to another user, who can read"
                                        + " and change the backups, and keeps no incremental ones"
                                        + " (NFS: root_squash)");
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a backup directory could not be looked at");
        }
    }
}
