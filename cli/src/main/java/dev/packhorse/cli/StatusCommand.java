package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.JobText;
import dev.packhorse.cli.render.LogText;
import dev.packhorse.cli.render.StandingText;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse status`: how things stand, on one screen.
@Command(
        name = "status",
        description = "How things stand, on one screen.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print the daemon's answer as it is.")
    private boolean json;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException {
        PrintWriter out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            JsonNode status = client.call("packhorse_status", new Parameters());
            if (json) {
                out.println(status);
            } else {
                print(status, out);
                printJobs(
                        "running", client.call("packhorse_job_list", listOf("active", "20")), out);
            }
            out.flush();
        }
        return ExitCode.DONE;
    }

    private static Parameters listOf(String state, String limit) {
        return new Parameters().add("state", state).add("limit", limit);
    }

    private static void print(JsonNode status, PrintWriter out) {
        out.println(
                "packhorse %s on %s"
                        .formatted(
                                status.path("version").asString(""),
                                status.path("hostname").asString("")));
        Instant now = Instant.ofEpochSecond(status.path("time").asLong(0));
        StandingText.lines(status.path("standing"), now, ZoneId.systemDefault())
                .forEach(out::println);
        for (var fact : status.path("server").properties()) {
            if (fact.getKey().equals("next run") && status.has("standing")) {
                continue;
            }
            out.println(
                    LogText.printable(
                            "%-15s%s".formatted(fact.getKey(), fact.getValue().asString(""))));
        }
        StringBuilder paused = new StringBuilder();
        status.path("paused").forEach(kind -> paused.append(' ').append(kind.asString("")));
        if (!paused.isEmpty()) {
            out.println("%-14s%s".formatted("paused", paused));
        }
        for (var kind : status.path("jobs").properties()) {
            StringBuilder counts = new StringBuilder();
            for (var count : kind.getValue().properties()) {
                if (count.getValue().asLong(0) > 0) {
                    counts.append(' ').append(count.getValue()).append(' ').append(count.getKey());
                }
            }
            out.println("%-14s%s".formatted(kind.getKey(), counts.isEmpty() ? " none" : counts));
        }
    }

    private static void printJobs(String title, JsonNode data, PrintWriter out) {
        if (!data.path("jobs").isEmpty()) {
            out.println(title + ":");
            data.path("jobs").forEach(job -> out.println("  " + JobText.line(job)));
        }
    }
}
