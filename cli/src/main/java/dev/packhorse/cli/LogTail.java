package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.ClientException.Kind;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.LogText;
import java.io.PrintWriter;
import tools.jackson.databind.JsonNode;

/// Prints what is new in a session's log.
final class LogTail {
    private final DaemonClient client;
    private final PrintWriter out;
    private final LogText text = new LogText();
    private String logFile = "master.log";
    private long offset;

    LogTail(DaemonClient client, PrintWriter out) {
        this.client = client;
        this.out = out;
    }

    /// Prints another log of the session than its master log.
    void select(String name) {
        logFile = name;
    }

    /// Prints the lines that came since the last call.
    ///
    /// @return whether the session has ended and all of its lines are printed
    boolean printNew(String session) throws ClientException {
        Parameters parameters =
                new Parameters()
                        .add("session_id", session)
                        .add("logfile", logFile)
                        .add("offset", Long.toString(offset));
        JsonNode data;
        try {
            data = client.call("packhorse_session_log", parameters);
        } catch (ClientException e) {
            if (e.kind() == Kind.FAILED && offset == 0) {
                return false;
            }
            throw e;
        }
        text.lines(data.path("log").asString("")).forEach(out::println);
        out.flush();
        offset = data.path("next_offset").asLong(offset);
        return data.path("ended").asInt(0) == 1;
    }
}
