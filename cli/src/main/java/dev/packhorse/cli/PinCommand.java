package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.RetentionText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse pin`: keeps restore points, whatever the rules of retention say.
@Command(
        name = "pin",
        description = "Keep an account's restore points of a date; without one, list the pins.",
        mixinStandardHelpOptions = true)
final class PinCommand implements Callable<Integer> {
    @picocli.CommandLine.Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "USER",
            description = "The account.")
    private @Nullable String user;

    @picocli.CommandLine.Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATE",
            description = "The restore points' date, as 2026-11-25, or date and time of one.")
    private @Nullable String date;

    @Option(
            names = "--destination",
            paramLabel = "ID",
            description = "Only there; local is the backup directory (default: everywhere).")
    private @Nullable String destination;

    @Option(
            names = "--until",
            paramLabel = "DATE",
            description = "The last day on which they stay (default: for ever).")
    private @Nullable String until;

    @Option(names = "--json", description = "Print the daemon's answer as it is.")
    private boolean json;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException, UserError {
        try (DaemonClient client = state.connect()) {
            if (date == null) {
                list(client);
            } else {
                client.call("packhorse_pin_add", parameters(user, date, destination, until));
            }
            return ExitCode.DONE;
        }
    }

    private void list(DaemonClient client) throws ClientException, UserError {
        if (destination != null || until != null) {
            throw new UserError(ExitCode.USAGE, "name the account and the date to pin");
        }
        JsonNode data = client.call("packhorse_pin_list", parameters(user, null, null, null));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(data);
        } else {
            data.path("pins").forEach(pin -> out.println(RetentionText.pin(pin)));
        }
        out.flush();
    }

    static Parameters parameters(
            @Nullable String user,
            @Nullable String date,
            @Nullable String destination,
            @Nullable String until) {
        Parameters parameters = new Parameters();
        add(parameters, "user", user);
        add(parameters, "date", date);
        add(parameters, "destid", destination);
        add(parameters, "until", until);
        return parameters;
    }

    private static void add(Parameters parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.add(name, value);
        }
    }
}
