package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.LockoutText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse lockouts`: who may not log in for a while, and how to let them in again.
@Command(
        name = "lockouts",
        description =
                "List the addresses that are locked out after wrong logins, or let one in again.",
        mixinStandardHelpOptions = true)
final class LockoutsCommand implements Callable<Integer> {
    @Option(
            names = "--clear",
            paramLabel = "ADDRESS",
            description =
                    "Let this address in again; of an IPv6 address its /64 network; all for all.")
    private @Nullable String clear;

    @Option(names = "--json", description = "Print the daemon's answer as it is.")
    private boolean json;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException, UserError {
        try (DaemonClient client = state.connect()) {
            JsonNode data =
                    clear == null
                            ? client.call("packhorse_lockout_list", new Parameters())
                            : clear(client, clear);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(data);
            } else if (clear == null) {
                LockoutText.list(data).forEach(out::println);
            } else {
                out.println(LockoutText.cleared(data));
            }
            out.flush();
            return ExitCode.DONE;
        }
    }

    private static JsonNode clear(DaemonClient client, String address) throws ClientException {
        Parameters parameters = new Parameters();
        if (!address.equals("all")) {
            parameters.add("address", address);
        }
        return client.call("packhorse_lockout_clear", parameters);
    }
}
