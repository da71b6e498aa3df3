package dev.packhorse.cli;

import dev.packhorse.cli.render.ProgressText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/// The line at the foot of a terminal that tells how far a job is; nothing where the output is
/// none. Whoever prints other lines clears it before. One thread.
final class ProgressLine {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter out;
    private final Terminal terminal;
    private final LongSupplier nanos;
    private String stage = "";
    private long begun;
    private long bytesBefore;
    private boolean drawn;

    /// @param nanos a clock that only goes forward
    ProgressLine(PrintWriter out, Terminal terminal, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /// Takes the line away.
    void clear() {
        if (drawn) {
            out.print(CLEAR);
            out.flush();
            drawn = false;
        }
    }

    /// Draws it. Each stage of a job counts its bytes and its time for itself.
    void show(JsonNode job) {
        if (!terminal.live()) {
            return;
        }
        String now = job.path("progress").path("stage").asString("");
        if (!now.equals(stage)) {
            stage = now;
            begun = nanos.getAsLong();
            bytesBefore = ProgressText.bytes(job);
        }
        Duration watched = Duration.ofNanos(nanos.getAsLong() - begun);
        String line = ProgressText.of(job, bytesBefore, watched);
        int most = terminal.columns() - 1;
        out.print(CLEAR + (line.length() > most ? line.substring(0, most) : line));
        out.flush();
        drawn = true;
    }
}
