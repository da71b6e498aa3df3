package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse recover`: a whole server out of one destination.
@Command(
        name = "recover",
        description = {
            "Bring back every account out of one destination: take up what lies there, then restore the newest restore point of each account that is not on this server.",
            "Accounts that the newest runs there left out, and that had no backup for a week, are taken for removed ones, and told: --all or --account brings them back, too. The exit code is 3 then.",
            "docs/operations.md walks through it.",
        },
        mixinStandardHelpOptions = true)
final class RecoverCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DESTINATION", description = "The destination's name or id.")
    private String destination = "";

    @Option(names = "--plan", description = "Show what would be restored, and stop.")
    private boolean plan;

    @Option(names = "--existing", description = "Accounts that are on this server, too.")
    private boolean existing;

    @Option(
            names = "--account",
            paramLabel = "USER",
            description = "Only this account, however old its newest point is; may be repeated.")
    private List<String> chosen = new ArrayList<>();

    @Option(names = "--all", description = "Accounts that the newest runs left out, too.")
    private boolean all;

    @Option(
            names = "--trusted",
            description =
                    "Vouch for archives that this server's key does not prove: without it they are restored restricted.")
    private boolean trusted;

    @Option(names = "--follow", description = "Stay until all have ended, and print what happens.")
    private boolean follow;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException, UserError {
        PrintWriter out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            String id = DestinationCommand.id(client, destination);
            int adopted = DestinationCommand.adopt(client, id, out);
            if (adopted != ExitCode.DONE && adopted != ExitCode.WARNINGS) {
                return adopted;
            }
            return worse(adopted, plan ? show(client, id, out) : start(client, id, out));
        }
    }

    private int show(DaemonClient client, String id, PrintWriter out) throws ClientException {
        JsonNode data = client.call("packhorse_recover_list", destid(id));
        for (JsonNode account : data.path("accounts")) {
            if (!chosen.isEmpty() && !chosen.contains(account.path("user").asString(""))) {
                continue;
            }
            out.println(
                    "%-16s %s %14d  %s"
                            .formatted(
                                    account.path("user").asString(""),
                                    account.path("restore_point").asString(""),
                                    account.path("size").asLong(),
                                    fate(account)));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private String fate(JsonNode account) {
        if (account.path("exists").asInt() == 1 && !existing) {
            return "stays as it is on this server";
        }
        String gone = account.path("gone").asString("");
        return gone.isEmpty() || all || !chosen.isEmpty() ? "restored" : "left out: " + gone;
    }

    private int start(DaemonClient client, String id, PrintWriter out) throws ClientException {
        var parameters = destid(id);
        if (existing) {
            parameters.add("existing", "1");
        }
        if (all) {
            parameters.add("all", "1");
        }
        chosen.forEach(user -> parameters.add("user", user));
        if (trusted) {
            parameters.add("trusted", "1");
        }
        JsonNode data = client.call("packhorse_recover_start", parameters);
        for (JsonNode user : data.path("left")) {
            out.println(user.asString("") + " is on this server and stays as it is");
        }
        for (JsonNode each : data.path("left_out")) {
            out.println(
                    "%s is left out: %s (--all or --account %1$s brings it back, too)"
                            .formatted(
                                    each.path("user").asString(""),
                                    each.path("reason").asString("")));
        }
        // Whoever reads the exit code alone must learn that not all of them come back.
        int worst = data.path("left_out").isEmpty() ? ExitCode.DONE : ExitCode.WARNINGS;
        for (JsonNode each : data.path("jobs")) {
            String job = each.path("job").asString("");
            out.println("job " + job + ", " + each.path("user").asString(""));
            out.flush();
            if (follow) {
                worst = worse(worst, new JobWatch(client, out).follow(job));
            }
        }
        return worst;
    }

    /// A failure is worse than warnings, whatever their numbers.
    private static int worse(int one, int other) {
        return one == ExitCode.FAILED || other == ExitCode.FAILED
                ? ExitCode.FAILED
                : Math.max(one, other);
    }

    private static dev.packhorse.cli.client.Parameters destid(String id) {
        return new dev.packhorse.cli.client.Parameters().add("destid", id);
    }
}
