package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.VerificationText;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse drill`: tries the restore of an account.
@Command(
        name = "drill",
        description = {
            "Try the restore of an account in an empty folder, compare it with the archive, and remove it again.",
            "Nothing of the account itself is touched. Without USER the one whose turn it is.",
        },
        mixinStandardHelpOptions = true)
final class DrillCommand implements Callable<Integer> {
    @picocli.CommandLine.Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "USER",
            description = "The account.")
    private @Nullable String user;

    @Option(names = "--list", description = "Tell what was shown so far, and try nothing.")
    private boolean list;

    @Option(names = "--follow", description = "Stay until it has ended, and print what happens.")
    private boolean follow;

    @Option(names = "--json", description = "Print the daemon's answer as it is.")
    private boolean json;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException, UserError {
        if (list && (user != null || follow)) {
            throw new UserError(ExitCode.USAGE, "--list goes with --json only");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            return list ? list(client, out) : start(client, out);
        } finally {
            out.flush();
        }
    }

    private int list(DaemonClient client, PrintWriter out) throws ClientException {
        JsonNode data = client.call("packhorse_drill_list", new Parameters());
        if (json) {
            out.println(data);
        } else {
            data.path("drills")
                    .forEach(drill ->
                            out.println(VerificationText.drill(drill, ZoneId.systemDefault())));
        }
        return ExitCode.DONE;
    }

    private int start(DaemonClient client, PrintWriter out) throws ClientException {
        Parameters parameters = new Parameters();
        if (user != null) {
            parameters.add("user", user);
        }
        JsonNode data = client.call("packhorse_drill_start", parameters);
        if (json) {
            out.println(data);
        } else {
            out.println("job " + data.path("job").asString(""));
        }
        out.flush();
        return follow
                ? new JobWatch(client, out).follow(data.path("job").asString(""))
                : ExitCode.DONE;
    }
}
