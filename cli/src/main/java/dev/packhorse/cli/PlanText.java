package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.JobText;
import dev.packhorse.cli.render.LogText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/// Prints what a restore would do.
final class PlanText {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
    private static final int FEW = 5;

    private final DaemonClient client;
    private final PrintWriter out;

    PlanText(DaemonClient client, PrintWriter out) {
        this.client = client;
        this.out = out;
    }

    /// Waits for the plan and prints it.
    ///
    /// @return how the command ends: with a warning if there are conflicts
    int print(String user, String id) throws ClientException {
        JsonNode job = ended(id);
        if (!job.path("state").asString("").equals("succeeded")) {
            out.println(JobText.line(job));
            JobText.details(job).forEach(line -> out.println("  " + line));
            out.flush();
            return ExitCode.FAILED;
        }
        JsonNode plan = job.path("result");
        out.println(
                (plan.path("exists").asBoolean(false) ? "restore over account " : "make account ")
                        + user
                        + ", archive "
                        + plan.path("trust").asString(""));
        plan.path("modules").forEach(this::module);
        plan.path("notes").forEach(each -> say("left out: " + each.asString("")));
        plan.path("conflicts").forEach(each -> say("CONFLICT " + each.asString("")));
        out.println(
                "nothing was changed; do it with: packhorse restore "
                        + user
                        + " --as-planned "
                        + id);
        out.flush();
        return plan.path("conflicts").isEmpty() ? ExitCode.DONE : ExitCode.WARNINGS;
    }

    private JsonNode ended(String id) throws ClientException {
        while (true) {
            JsonNode job =
                    client.call("packhorse_job_get", new Parameters().add("id", id)).path("job");
            if (!JobText.isOpen(job.path("state").asString(""))) {
                return job;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /// What has nothing to do is not worth a line.
    private void module(JsonNode module) {
        String does = module.path("does").asString("");
        if (does.equals("nothing")) {
            return;
        }
        String why = module.path("why").asString("");
        say(
                "%-24s %s%s"
                        .formatted(
                                module.path("module").asString(""),
                                does,
                                why.isEmpty() ? "" : ": " + why));
        for (String kind : List.of("creates", "replaces", "removes")) {
            changes(kind, module.path(kind));
        }
        for (String kind : List.of("altered", "dangerous", "skipped")) {
            module.path(kind).forEach(each -> say("    " + kind + ": " + each.asString("")));
        }
    }

    /// Paths and reasons hold what customers wrote.
    private void say(String line) {
        out.println(LogText.printable(line));
    }

    private void changes(String kind, JsonNode things) {
        long count = things.path("count").asLong(0);
        int shown = 0;
        for (JsonNode each : things.path("first")) {
            if (shown++ < FEW) {
                say("    " + kind + " " + each.asString(""));
            }
        }
        if (count > FEW) {
            out.println("    " + kind + " " + (count - FEW) + " more");
        }
    }
}
