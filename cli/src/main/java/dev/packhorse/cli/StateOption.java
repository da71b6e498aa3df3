package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.StateFolder;
import dev.packhorse.cli.render.LogText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `--state`, which every command that talks to a daemon takes.
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "State folder of the daemon (default: $PACKHORSE_STATE, else /var/lib/packhorse).")
    private @Nullable Path folder;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    StateFolder folder() {
        return StateFolder.of(Optional.ofNullable(folder), System.getenv());
    }

    DaemonClient connect() throws ClientException {
        return new DaemonClient(folder(), this::warn);
    }

    /// Beside the answer, which may be read by a program.
    private void warn(String warning) {
        if (command != null) {
            PrintWriter err = command.commandLine().getErr();
            err.println("packhorse: warning: " + LogText.printable(warning));
            err.flush();
        }
    }
}
