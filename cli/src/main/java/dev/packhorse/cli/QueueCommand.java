package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.JobText;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse queue`: looks at the jobs and steers them.
@Command(
        name = "queue",
        description = "Look at the jobs and steer them.",
        mixinStandardHelpOptions = true,
        subcommands = {QueueCommand.Ls.class})
final class QueueCommand {
    @Spec private CommandSpec spec;

    QueueCommand() {}

    /// `packhorse queue ls`.
    @Command(
            name = "ls",
            description = "List jobs, open ones first.",
            mixinStandardHelpOptions = true)
    static final class Ls implements Callable<Integer> {
        @Option(
                names = "--kind",
                paramLabel = "KIND",
                description = "Only run, backup, pkgacct, upload, restore or prune.")
        private @Nullable String kind;

        @Option(
                names = "--job-state",
                paramLabel = "STATE",
                description = "Only this state; open is any that waits or runs.")
        private @Nullable String jobState;

        @Option(
                names = "--user",
                paramLabel = "USER",
                description = "Only jobs about this account.")
        private @Nullable String user;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: 50).")
        private int limit = 50;

        @Option(names = "--json", description = "Print the daemon's answer as it is.")
        private boolean json;

        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ClientException {
            Parameters parameters = new Parameters().add("limit", Integer.toString(limit));
            if (kind != null) {
                parameters.add("kind", kind);
            }
            if (jobState != null) {
                parameters.add("state", jobState);
            }
            if (user != null) {
                parameters.add("user", user);
            }
            var out = spec.commandLine().getOut();
            try (DaemonClient client = state.connect()) {
                JsonNode data = client.call("packhorse_job_list", parameters);
                if (json) {
                    out.println(data);
                } else {
                    out.println(JobText.head());
                    Terminal terminal = Terminal.ofProcess();
                    for (JsonNode job : data.path("jobs")) {
                        String state = job.path("state").asString("");
                        out.println(terminal.painted(state, JobText.line(job)));
                    }
                }
                out.flush();
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "activate",
            description = "Let the waiting restore tasks run.",
            mixinStandardHelpOptions = true)
    int activate(@Mixin StateOption where) throws ClientException {
        return call(where, "restore_queue_activate", new Parameters());
    }

    @Command(
            name = "cancel",
            description = "Ask for the end of a job.",
            mixinStandardHelpOptions = true)
    int cancel(
            @picocli.CommandLine.Parameters(
                            paramLabel = "JOB",
                            description = "Its id, as packhorse queue ls shows it")
                    String job,
            @Mixin StateOption where)
            throws ClientException {
        return call(where, "packhorse_job_cancel", new Parameters().add("id", job));
    }

    @Command(
            name = "retry",
            description =
                    "Let a job that ended badly run again, or all uploads that failed lately.",
            mixinStandardHelpOptions = true)
    int retry(
            @picocli.CommandLine.Parameters(
                            arity = "0..1",
                            paramLabel = "JOB",
                            description = "Its id, as packhorse queue ls shows it")
                    @Nullable String job,
            @Option(names = "--all", description = "All failed jobs of --kind.") boolean all,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            description = "For --all: upload, the only kind for that.")
                    @Nullable String kind,
            @Option(
                            names = "--since",
                            paramLabel = "TIME",
                            description =
                                    "For --all: those that ended so lately, as 12h or 7d (default:"
                                            + " 2d).")
                    @Nullable String since,
            @Mixin StateOption where)
            throws ClientException, UserError {
        if (job != null && !all && kind == null && since == null) {
            return call(where, "packhorse_job_retry", new Parameters().add("id", job));
        }
        if (job != null || !all || !FailedUploads.KIND.equals(kind)) {
            throw new UserError(
                    ExitCode.USAGE,
                    "give the id of a job, or --all with --kind upload: no other kind runs again"
                            + " with all others");
        }
        return retryAll(where, since == null ? "2d" : since);
    }

    private int retryAll(StateOption where, String since) throws ClientException, UserError {
        Instant from = Instant.now().minus(FailedUploads.time(since));
        FailedUploads.Retried retried;
        try (DaemonClient client = where.connect()) {
            retried = new FailedUploads(new FailedUploads.Daemon(client), from).retry();
        }
        var out = spec.commandLine().getOut();
        out.println(retried.again() + " jobs run again");
        if (retried.refused() > 0) {
            out.println(retried.refused() + " do not: a newer job does the same");
        }
        out.flush();
        return retried.refused() > 0 ? ExitCode.WARNINGS : ExitCode.DONE;
    }

    @Command(
            name = "rm",
            description = "Remove a job that has ended, or cancel and remove one that waits.",
            mixinStandardHelpOptions = true)
    int remove(
            @picocli.CommandLine.Parameters(
                            paramLabel = "JOB",
                            description = "Its id, as packhorse queue ls shows it")
                    String job,
            @Mixin StateOption where)
            throws ClientException {
        return call(where, "packhorse_job_remove", new Parameters().add("id", job));
    }

    @Command(
            name = "pause",
            description = "Start no more jobs; those that run go on.",
            mixinStandardHelpOptions = true)
    int pause(
            @Option(names = "--kind", paramLabel = "KIND", description = "Only this kind.")
                    @Nullable String kind,
            @Mixin StateOption where)
            throws ClientException {
        return call(where, "packhorse_queue_pause", paused(kind, "1"));
    }

    @Command(name = "resume", description = "Start jobs again.", mixinStandardHelpOptions = true)
    int resume(
            @Option(names = "--kind", paramLabel = "KIND", description = "Only this kind.")
                    @Nullable String kind,
            @Mixin StateOption where)
            throws ClientException {
        return call(where, "packhorse_queue_pause", paused(kind, "0"));
    }

    private static Parameters paused(@Nullable String kind, String value) {
        Parameters parameters = new Parameters().add("paused", value);
        return kind == null ? parameters : parameters.add("kind", kind);
    }

    @Command(
            name = "clear",
            description = "Remove the restore tasks that have ended.",
            mixinStandardHelpOptions = true)
    int clear(@Mixin StateOption where) throws ClientException {
        int code = call(where, "restore_queue_clear_all_completed_tasks", new Parameters());
        return code != ExitCode.DONE
                ? code
                : call(where, "restore_queue_clear_all_failed_tasks", new Parameters());
    }

    private static int call(StateOption state, String function, Parameters parameters)
            throws ClientException {
        try (DaemonClient client = state.connect()) {
            client.call(function, parameters);
            return ExitCode.DONE;
        }
    }
}
