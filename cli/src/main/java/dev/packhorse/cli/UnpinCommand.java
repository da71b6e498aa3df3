package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `packhorse unpin`: takes back a pin.
@Command(
        name = "unpin",
        description = "Take back a pin: the rules of retention decide again.",
        mixinStandardHelpOptions = true)
final class UnpinCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "USER", description = "The account.")
    private String user = "";

    @Parameters(
            index = "1",
            paramLabel = "DATE",
            description = "The pinned date, or date and time.")
    private String date = "";

    @Option(
            names = "--destination",
            paramLabel = "ID",
            description = "The destination that was given to the pin, if one was.")
    private @Nullable String destination;

    @Mixin private StateOption state;

    @Override
    public Integer call() throws ClientException {
        try (DaemonClient client = state.connect()) {
            client.call(
                    "packhorse_pin_remove", PinCommand.parameters(user, date, destination, null));
            return ExitCode.DONE;
        }
    }
}
