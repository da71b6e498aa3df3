package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the configuration asks of the backup directory before anything is written there: with
/// `backupmount` that a file system of its own is mounted, which is tried; with
/// `check_min_free_space` that enough is free. A file system that was mounted stays mounted, since
/// restores and uploads read there at any time. Stateless.
final class BackupPlace {
    private static final Logger LOG = LoggerFactory.getLogger(BackupPlace.class);
    private static final Duration MOUNTING = Duration.ofMinutes(2);

    private final HostRoot root;
    private final BackupConfig config;

    BackupPlace(ServerBackups backups, BackupConfig config) {
        this.root = backups.root();
        this.config = config;
    }

    /// The backup directory, mounted if the configuration asks for that.
    ///
    /// @throws IOException as [#requireMounted] does
    static BackupDirectory mounted(ServerBackups backups) throws IOException {
        BackupConfig config = backups.config();
        new BackupPlace(backups, config).requireMounted();
        return backups.directory(config);
    }

    /// Sees to it that a file system is mounted at the directory, or at a folder that it lies in,
    /// if the configuration asks for that.
    ///
    /// @throws IOException if none can be mounted; nothing may be written then, since it would fill
    ///   the disk that the accounts are on
    void requireMounted() throws IOException {
        if (!config.isOn(ConfigKey.BACKUPMOUNT) || isMounted()) {
            return;
        }
        Optional<String> failure = mount();
        if (!isMounted()) {
            throw new IOException(
                    "backupmount is on, but no file system is mounted at %s%s; mount it, or set backupmount to 0"
                            .formatted(
                                    config.directory(),
                                    failure.map(reason -> " (" + reason + ")").orElse("")));
        }
        LOG.atInfo().addKeyValue("folder", config.directory()).log("backup directory mounted");
    }

    private boolean isMounted() throws IOException {
        TrustedPath trusted = new TrustedPath(root.folder());
        Path at = trusted.folder(config.directory());
        for (; at != null && !at.equals(root.folder()); at = at.getParent()) {
            if (Files.isDirectory(at) && trusted.isMountPoint(at)) {
                return true;
            }
        }
        return false;
    }

    /// Only the running system can mount what its own table names.
    ///
    /// @return why it did not work
    private Optional<String> mount() throws IOException {
        Optional<Path> program = ProgramFinder.system().find("mount");
        if (root.folder().getParent() != null || program.isEmpty()) {
            return Optional.empty();
        }
        ChildResult result =
                ChildProcess.of(program.get(), List.of("--", config.directory()))
                        .withLimits(MOUNTING, MOUNTING)
                        .run(ChildInput.NONE, ChildOutput.NONE);
        return result.succeeded() ? Optional.empty() : Optional.of(result.errorSummary());
    }

    /// Checks that the configured share or amount is free in the directory, which must be there.
    ///
    /// @throws IOException if less is free; the message says how much there is
    void requireFree(BackupDirectory directory) throws IOException {
        FileStore store = Files.getFileStore(directory.root());
        long wanted = config.minimumFreeBytes(store.getTotalSpace());
        long free = store.getUsableSpace();
        if (free < wanted) {
            throw new IOException(
                    "only %s are free in %s, and min_free_space asks for %s"
                            .formatted(
                                    new ByteSize(free), config.directory(), new ByteSize(wanted)));
        }
    }
}
