package dev.packhorse.cli;

import dev.packhorse.cli.daemon.FetchRoom;
import dev.packhorse.cli.daemon.InstalledDrivers;
import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.daemon.OneShotDestination;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.job.KeptArchive;
import dev.packhorse.engine.job.KeptArchives;
import dev.packhorse.engine.job.OpenedArchive;
import dev.packhorse.engine.job.RemoteArchives;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What the commands that look into archives have in common: they read the backup directory, or a
/// destination, in this process, as root, and need no daemon.
final class Browsing {
    @Option(
            names = "--from",
            paramLabel = "DESTINATION",
            description =
                    "Look at this destination, by name or id, instead of the backup directory.")
    private @Nullable String from;

    @Mixin private ConfigOptions options = new ConfigOptions();

    /// Where the archives of an account are looked for.
    interface Place {
        /// All of the account, the newest first.
        List<KeptArchive> list() throws IOException;

        /// Opens the one of a date.
        OpenedArchive open(String when) throws IOException;
    }

    /// What a command does there.
    @FunctionalInterface
    interface Work {
        void run(Place place, StandardOutput out) throws IOException, UserError;
    }

    /// Does it where the options say.
    int run(String user, Work work) throws ConfigException, UserError {
        Settings settings = options.load();
        return guarded(
                user,
                (account, out) -> {
                    if (from == null) {
                        HostRoot root = new HostRoot(settings.get(SettingKeys.HOST_ROOT));
                        work.run(here(KeptArchives.of(root), account), out);
                    } else {
                        runThere(settings, from, account, work, out);
                    }
                });
    }

    /// What is done with one account.
    @FunctionalInterface
    interface Body {
        void run(AccountName account, StandardOutput out) throws IOException, UserError;
    }

    /// Does it as root, and says what went wrong in words. A reader that went away is no failure.
    static int guarded(String user, Body body) throws UserError {
        if (!Identity.ofProcess().isRoot()) {
            throw new UserError(ExitCode.DENIED, "archives hold secrets: only root may look");
        }
        if (!AccountName.isValid(user)) {
            throw new UserError(ExitCode.USAGE, "“" + user + "” is no name of an account");
        }
        try {
            StandardOutput out = new StandardOutput();
            body.run(new AccountName(user), out);
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

    private static Place here(KeptArchives archives, AccountName account) {
        return new Place() {
            @Override
            public List<KeptArchive> list() throws IOException {
                return archives.list(account);
            }

            @Override
            public OpenedArchive open(String when) throws IOException {
                return OpenedArchive.open(archives, archives.find(account, when));
            }
        };
    }

    private static void runThere(
            Settings settings, String from, AccountName account, Work work, StandardOutput out)
            throws IOException, UserError {
        try (OneShotDestination destination =
                        new OneShotDestination(settings, InstalledDrivers.all());
                Transport transport = destination.open(from);
                FetchRoom room = new FetchRoom(destination.work())) {
            RemoteArchives archives = new RemoteArchives(transport, room, room.cancellation());
            work.run(there(archives, account), out);
        }
    }

    private static Place there(RemoteArchives archives, AccountName account) {
        return new Place() {
            @Override
            public List<KeptArchive> list() throws IOException {
                return archives.list(account);
            }

            @Override
            public OpenedArchive open(String when) throws IOException {
                return archives.open(archives.find(account, when));
            }
        };
    }
}
