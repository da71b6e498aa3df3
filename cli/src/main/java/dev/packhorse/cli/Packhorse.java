package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.render.LogText;
import dev.packhorse.engine.settings.ConfigException;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `packhorse`: the whole command line.
@Command(
        name = "packhorse",
        description = "Backs up and restores the accounts of a hosting server.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            TokenCommand.class,
            BackupCommand.class,
            PackCommand.class,
            LsCommand.class,
            CatCommand.class,
            IndexCommand.class,
            RestoreCommand.class,
            RecoverCommand.class,
            RecoveryKitCommand.class,
            DestinationCommand.class,
            PruneCommand.class,
            VerifyCommand.class,
            DrillCommand.class,
            LockoutsCommand.class,
            SecondFactorCommand.class,
            PinCommand.class,
            UnpinCommand.class,
            ScheduleCommand.class,
            PlansCommand.class,
            QueueCommand.class,
            LogCommand.class,
            AuditCommand.class,
            StatusCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
            ManCommand.class,
        },
        footer = {
            "",
            "First steps: packhorse demo /tmp/demo makes a small hosting server to play with.",
            "packhorse COMMAND --help tells more. docs/ in the distribution explains the rest.",
        })
public final class Packhorse {
    private static final Logger LOG = LoggerFactory.getLogger(Packhorse.class);

    private Packhorse() {}

    /// Entry point of `bin/packhorse`.
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Packhorse());
        line.setExecutionExceptionHandler(
                (failure, command, _) -> explain(failure, command.getErr()));
        line.setUsageHelpAutoWidth(true);
        return line;
    }

    /// One sentence for the person at the terminal; the stack goes to the log only where it is a
    /// bug.
    private static int explain(Exception failure, PrintWriter err) {
        return switch (failure) {
            case ClientException e ->
                    say(err, "packhorse: " + e.getMessage(), ExitCode.of(e.kind()));
            case ConfigException e -> say(err, String.valueOf(e.getMessage()), ExitCode.CONFIG);
            case UserError e -> say(err, "packhorse: " + e.getMessage(), e.exitCode());
            default -> {
                LOG.atError().setCause(failure).log("the command failed");
                yield say(err, "packhorse: " + failure.getMessage(), ExitCode.FAILED);
            }
        };
    }

    private static int say(PrintWriter err, String message, int exitCode) {
        // a configuration has a line for each problem; reasons may quote what others wrote
        message.lines().map(LogText::printable).forEach(err::println);
        return exitCode;
    }
}
