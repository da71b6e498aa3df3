package dev.packhorse.cli;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.job.KeptArchives;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.SettingKeys;
import java.io.IOException;
import java.nio.file.FileSystemException;

/// What the commands that look into archives have in common: they read the backup directory in this
/// process, as root, and need no daemon.
final class Browsing {
    private Browsing() {}

    /// What a command does with the archives of an account.
    @FunctionalInterface
    interface Work {
        void run(KeptArchives archives, AccountName account, StandardOutput out)
                throws IOException, UserError;
    }

    /// Does it, and says what went wrong in words. A reader that went away is no failure.
    static int run(ConfigOptions options, String user, Work work)
            throws ConfigException, UserError {
        if (!Identity.ofProcess().isRoot()) {
            throw new UserError(ExitCode.DENIED, "archives hold secrets: only root may look");
        }
        if (!AccountName.isValid(user)) {
            throw new UserError(ExitCode.USAGE, "“" + user + "” is no name of an account");
        }
        HostRoot root = new HostRoot(options.load().get(SettingKeys.HOST_ROOT));
        try {
            StandardOutput out = new StandardOutput();
            work.run(KeptArchives.of(root), new AccountName(user), out);
            out.flush();
        } catch (StandardOutput.ReaderGoneException _) {
            return ExitCode.DONE;
        } catch (ArchiveException | IndexException | PosixException e) {
            throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (FileSystemException e) {
            throw new UserError(ExitCode.FAILED, "cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
        return ExitCode.DONE;
    }
}
