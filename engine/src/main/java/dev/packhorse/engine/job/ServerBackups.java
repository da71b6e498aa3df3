package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.plan.AccountPlans;
import java.io.IOException;
import java.util.Optional;

/// The server's backup configuration and the directory it names, read afresh on each call. Safe for
/// many threads.
///
/// @param root the host's files
/// @param file the backup configuration
/// @param plans what accounts have for themselves
public record ServerBackups(HostRoot root, BackupConfigFile file, AccountPlans plans) {
    /// A server without plans.
    public ServerBackups(HostRoot root, BackupConfigFile file) {
        this(root, file, AccountPlans.NONE);
    }

    /// The configuration in force.
    ///
    /// @throws IOException if the file is damaged; the message names file and line
    public BackupConfig config() throws IOException {
        return file.read();
    }

    /// The configuration in force, or the last one that was if it cannot be read.
    public BackupConfig lastConfig() {
        try {
            return config();
        } catch (IOException _) {
            return file.lastRead();
        }
    }

    /// Why the configuration cannot be read, with file and line; empty if it can be. While there is
    /// a reason nothing is backed up.
    public Optional<String> configFault() {
        try {
            config();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// The backup directory in force.
    ///
    /// @throws IOException if the configuration is damaged or names no usable folder
    public BackupDirectory directory() throws IOException {
        return directory(config());
    }

    /// The backup directory of a configuration.
    public BackupDirectory directory(BackupConfig config) throws IOException {
        try {
            return new BackupDirectory(root.resolve(config.directory()));
        } catch (IllegalArgumentException e) {
            throw new IOException("backupdir cannot be used: " + e.getMessage(), e);
        }
    }
}
