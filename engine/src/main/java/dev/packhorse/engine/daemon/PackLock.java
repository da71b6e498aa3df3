package dev.packhorse.engine.daemon;

import dev.packhorse.engine.daemon.DaemonStartException.Kind;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/// Lets one process at a time pack an account outside the queue, so that each knows what a killed
/// one before it left: the working folder and the name of the unfinished file belong to the
/// account. The kernel releases the lock when the process ends, however it ends. The daemon has
/// working folders and names of its own.
final class PackLock implements AutoCloseable {
    private static final String FOLDER = "pack";

    private final FileChannel channel;
    private final Path staging;
    private final JobId job;

    private PackLock(FileChannel channel, Path staging, JobId job) {
        this.channel = channel;
        this.staging = staging;
        this.job = job;
    }

    /// @throws DaemonStartException of kind LOCKED if another process packs the account
    static PackLock take(Path state, AccountName account) throws DaemonStartException, IOException {
        Path folder = state.resolve(FOLDER);
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(account + ".lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        if (!isLocked(channel)) {
            channel.close();
            throw new DaemonStartException(
                    Kind.LOCKED,
                    "another process is packing " + account + " already: wait for its end",
                    null);
        }
        return new PackLock(channel, folder.resolve(account + ".work"), job(account));
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    /// The same for every packing of an account, so that the next one replaces the unfinished file
    /// that a killed one left.
    private static JobId job(AccountName account) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(account.value().getBytes(StandardCharsets.UTF_8));
            return new JobId("pack" + HexFormat.of().formatHex(digest).substring(0, 11));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Where dumps wait; nobody else's.
    Path staging() {
        return staging;
    }

    /// Stands for the id of a job.
    JobId job() {
        return job;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
