package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.RetentionText;
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

/// `packhorse verify`: reads stored archives again.
@Command(
        name = "verify",
        description = {
            "Read stored archives and compare them with the digests that they were stored with.",
            "Without arguments as much as a day's budget allows, which happens by itself each day;"
                    + " docs/verification.md explains what follows from damage.",
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    @picocli.CommandLine.Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "USER",
            description = "Only archives of this account, at every place.")
    private @Nullable String user;

    @picocli.CommandLine.Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATE",
            description = "Only the archive of this date, as 2026-11-25.")
    private @Nullable String date;

    @Option(
            names = "--all",
            description = "All archives; in the backup directory, unless a destination is named.")
    private boolean all;

    @Option(
            names = "--plan",
            description = "Only tell how old the proofs are, what is damaged, and what is next.")
    private boolean plan;

    @Option(
            names = "--destination",
            paramLabel = "ID",
            description = "Only there, by id or name; local is the backup directory.")
    private @Nullable String destination;

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
        if (all && user != null) {
            throw new UserError(ExitCode.USAGE, "--all and USER do not go together");
        }
        if (plan && (all || user != null || follow)) {
            throw new UserError(
                    ExitCode.USAGE,
                    "--plan tells of a day's budget, and goes with --destination only");
        }
    }

    private int plan(DaemonClient client, Parameters parameters, PrintWriter out)
            throws ClientException {
        JsonNode data = client.call("packhorse_verify_plan", parameters);
        if (json) {
            out.println(data);
        } else {
            VerificationText.plan(data, ZoneId.systemDefault()).forEach(out::println);
        }
        for (JsonNode place : data.path("destinations")) {
            if (!place.path("damaged").isEmpty()) {
                return ExitCode.WARNINGS;
            }
        }
        return ExitCode.DONE;
    }

    private int start(DaemonClient client, Parameters parameters, PrintWriter out)
            throws ClientException {
        if (user != null) {
            parameters.add("user", user);
        }
        if (date != null) {
            parameters.add("restore_point", date);
        }
        parameters.add("all", all ? "1" : "0");
        JsonNode data = client.call("packhorse_verify_start", parameters);
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
