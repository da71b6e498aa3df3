package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.JobText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/// Follows one job to its end, and turns the end into an exit code. Prints its session's log lines
/// on the way, and on a terminal how far it is.
final class JobWatch {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

    private final DaemonClient client;
    private final PrintWriter out;
    private final LogTail log;
    private final Terminal terminal;
    private final ProgressLine progress;

    JobWatch(DaemonClient client, PrintWriter out) {
        this.client = client;
        this.out = out;
        this.log = new LogTail(client, out);
        this.terminal = Terminal.ofProcess();
        this.progress = new ProgressLine(out, terminal, System::nanoTime);
    }

    int follow(String id) throws ClientException {
        while (true) {
            JsonNode job = find(id);
            progress.clear();
            String session = job.path("session").asString("");
            if (!session.isEmpty()) {
                log.printNew(session);
            }
            String state = job.path("state").asString("");
            if (!JobText.isOpen(state)) {
                out.println(terminal.painted(state, JobText.line(job)));
                JobText.details(job).forEach(line -> out.println("  " + line));
                out.flush();
                return exitCode(state);
            }
            progress.show(job);
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private JsonNode find(String id) throws ClientException {
        return client.call("packhorse_job_get", new Parameters().add("id", id)).path("job");
    }

    private static int exitCode(String state) {
        return switch (state) {
            case "succeeded" -> ExitCode.DONE;
            case "partial" -> ExitCode.WARNINGS;
            default -> ExitCode.FAILED;
        };
    }
}
