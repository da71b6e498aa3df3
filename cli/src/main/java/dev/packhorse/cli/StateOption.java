package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.StateFolder;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--state`, which every command that talks to a daemon takes.
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "State folder of the daemon (default: $PACKHORSE_STATE, else /var/lib/packhorse).")
    private @Nullable Path folder;

    StateFolder folder() {
        return StateFolder.of(Optional.ofNullable(folder), System.getenv());
    }

    DaemonClient connect() throws ClientException {
        return new DaemonClient(folder());
    }
}
