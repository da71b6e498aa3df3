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

/// `packhorse prune`: removes the restore points that no rule keeps.
@Command(
        name = "prune",
        description = {
            "Remove the restore points that no rule keeps, in the backup directory and at every destination.",
            "This happens by itself after each run; docs/retention.md explains the rules and what stops it.",
        },
        mixinStandardHelpOptions = true)
final class PruneCommand implements Callable<Integer> {
    @Option(names = "--plan", description = "Only tell what would go and why.")
    private boolean plan;

    @Option(
            names = "--account",
            paramLabel = "USER",
            description = "Only this account; with --plan what stays is told, too.")
    private @Nullable String account;

    @Option(
            names = "--destination",
            paramLabel = "ID",
            description = "Only there, by id or name; local is the backup directory.")
    private @Nullable String destination;

    @Option(
            names = "--confirm",
            description =
                    "The clock is right and the plan is wanted, although pruning was stopped.")
    private boolean confirm;

    @Option(
            names = "--force",
            description = "With --account: its last copy may go, too, where no rule keeps it.")
    private boolean force;

    @Option(
            names = "--forget-missing",
            description = "With --destination: drop restore points whose archives are lost there.")
    private boolean forgetMissing;

    @Option(names = "--follow", description = "Stay until it has ended, and print what happens.")
    private boolean follow;

    @Option(names = "--json", description = "Print the daemon's answer as it is.")
    private boolean json;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException, UserError {
        checkTogether();
        Parameters parameters = new Parameters();
        if (account != null) {
            parameters.add("user", account);
        }
        if (destination != null) {
            parameters.add("destid", destination);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            return plan ? plan(client, parameters, out) : start(client, parameters, out);
        } finally {
            out.flush();
        }
    }

    private void checkTogether() throws UserError {
        if (plan && (confirm || force || forgetMissing || follow)) {
            throw new UserError(
                    ExitCode.USAGE, "--plan only tells, so it goes with no other action");
        }
        if (force && account == null) {
            throw new UserError(ExitCode.USAGE, "--force needs the --account it is for");
        }
        if (forgetMissing && destination == null) {
            throw new UserError(
                    ExitCode.USAGE, "--forget-missing needs the --destination it is for");
        }
    }

    private int plan(DaemonClient client, Parameters parameters, PrintWriter out)
            throws ClientException {
        parameters.add("kept", account == null ? "0" : "1");
        JsonNode data = client.call("packhorse_prune_plan", parameters);
        boolean stopped = false;
        for (JsonNode place : data.path("destinations")) {
            stopped |= !place.path("brakes").isEmpty();
        }
        if (json) {
            out.println(data);
        } else {
            RetentionText.plan(data).forEach(out::println);
        }
        return stopped ? ExitCode.WARNINGS : ExitCode.DONE;
    }

    private int start(DaemonClient client, Parameters parameters, PrintWriter out)
            throws ClientException {
        parameters
                .add("confirm", confirm ? "1" : "0")
                .add("force", force ? "1" : "0")
                .add("forget_missing", forgetMissing ? "1" : "0");
        JsonNode data = client.call("packhorse_prune_start", parameters);
        if (json) {
            out.println(data);
        } else {
            data.path("jobs").forEach(job -> out.println(RetentionText.started(job)));
        }
        out.flush();
        int worst = ExitCode.DONE;
        if (follow) {
            for (JsonNode job : data.path("jobs")) {
                int code = new JobWatch(client, out).follow(job.path("job").asString(""));
                worst = worst == ExitCode.FAILED || code == ExitCode.DONE ? worst : code;
            }
        }
        return worst;
    }
}
