package dev.packhorse.cli;

import dev.packhorse.engine.daemon.DaemonStartException;
import dev.packhorse.engine.daemon.RecoveryFiles;
import dev.packhorse.engine.recovery.KitException;
import dev.packhorse.engine.recovery.RecoveryKit;
import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.settings.ConfigException;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse recovery-kit`: what a new machine needs besides the archives.
@Command(
        name = "recovery-kit",
        description = {
            "Keep what a new machine needs to go on for this one: keys, destinations with their"
                    + " secrets, configuration.",
            "The file is sealed by a passphrase. Keep it away from this server, and the passphrase"
                    + " away from the file.",
        },
        mixinStandardHelpOptions = true,
        subcommands = {RecoveryKitCommand.Write.class, RecoveryKitCommand.Read.class})
final class RecoveryKitCommand {
    RecoveryKitCommand() {}

    /// `--passphrase-file`, or the terminal.
    static final class Passphrase {
        private static final int MOST_BYTES = 4096;

        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                description =
                        "Holds the passphrase and nothing else (default: ask at the terminal).")
        private @Nullable Path file;

        char[] get() throws IOException, UserError {
            if (file != null) {
                if (Files.size(file) > MOST_BYTES) {
                    throw new UserError(ExitCode.USAGE, file + " is too large for a passphrase");
                }
                return Files.readString(file).replaceAll("\\R\\z", "").toCharArray();
            }
            Console console =
                    Terminal.console()
                            .orElseThrow(() ->
                                    new UserError(
                                            ExitCode.USAGE,
                                            "there is no terminal to ask at: give"
                                                    + " --passphrase-file"));
            char[] passphrase = console.readPassword("Passphrase of the kit: ");
            return passphrase == null ? new char[0] : passphrase;
        }
    }

    /// `packhorse recovery-kit write FILE`.
    @Command(
            name = "write",
            description = "Write the kit of this server; the daemon may run.",
            mixinStandardHelpOptions = true)
    static final class Write implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The kit; replaced if it is there.")
        private Path kit = Path.of("");

        @Mixin private Passphrase passphrase;

        @Mixin private ConfigOptions options;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ConfigException, IOException, UserError {
            RecoveryFiles server = new RecoveryFiles(options.load(), options.path());
            RecoveryKit files = server.gather();
            char[] secret = passphrase.get();
            try {
                AtomicFile.replace(kit.toAbsolutePath(), files.seal(secret, new SecureRandom()));
            } catch (IllegalArgumentException e) {
                throw new UserError(ExitCode.USAGE, String.valueOf(e.getMessage()));
            } finally {
                Arrays.fill(secret, ' ');
            }
            var out = spec.commandLine().getOut();
            files.files().keySet().forEach(out::println);
            server.missing(files).forEach(each -> out.println("NOT in the kit: " + each));
            out.flush();
            return ExitCode.DONE;
        }
    }

    /// `packhorse recovery-kit read FILE`.
    @Command(
            name = "read",
            description = "Put the files of a kit to their places; the daemon must not run.",
            mixinStandardHelpOptions = true)
    static final class Read implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The kit.")
        private Path kit = Path.of("");

        @Option(
                names = "--replace",
                description = "Replace files that are there with other contents.")
        private boolean replace;

        @Mixin private Passphrase passphrase;

        @Mixin private ConfigOptions options;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ConfigException, IOException, UserError {
            if (Files.size(kit) > RecoveryKit.MOST_BYTES) {
                throw new UserError(ExitCode.USAGE, kit + " is too large for a recovery kit");
            }
            char[] secret = passphrase.get();
            try {
                RecoveryKit files = RecoveryKit.open(Files.readAllBytes(kit), secret);
                var out = spec.commandLine().getOut();
                new RecoveryFiles(options.load(), options.path())
                        .putBack(files, replace)
                        .forEach(out::println);
                out.flush();
                return ExitCode.DONE;
            } catch (KitException e) {
                throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()));
            } catch (DaemonStartException e) {
                throw new UserError(ExitCode.LOCKED, String.valueOf(e.getMessage()));
            } finally {
                Arrays.fill(secret, ' ');
            }
        }
    }
}
