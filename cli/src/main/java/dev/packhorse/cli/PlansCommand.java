package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.AccountPlanText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse plans`: what accounts have for themselves.
@Command(
        name = "plans",
        description =
                "List the plans of the configuration, and which account has which and why; with an account, what stays of it where.",
        mixinStandardHelpOptions = true)
final class PlansCommand implements Callable<Integer> {
    @picocli.CommandLine.Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "USER",
            description = "Only this account.")
    private @Nullable String user;

    @Option(names = "--json", description = "Print the daemon's answer as it is.")
    private boolean json;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException {
        Parameters parameters = new Parameters();
        if (user != null) {
            parameters.add("user", user);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            JsonNode data = client.call("packhorse_plan_list", parameters);
            if (json) {
                out.println(data);
            } else {
                AccountPlanText.lines(data, user != null).forEach(out::println);
            }
            out.flush();
        }
        return ExitCode.DONE;
    }
}
