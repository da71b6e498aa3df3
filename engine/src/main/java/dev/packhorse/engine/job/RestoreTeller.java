package dev.packhorse.engine.job;

import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.session.SessionId;

/// Tells those who look on at a restore which module runs and how much of the archive's content is
/// back, at each module and every few megabytes. One thread.
final class RestoreTeller {
    private static final long BYTES = 16L << 20;

    private final JobContext job;
    private final long expectedBytes;
    private final SessionId session;
    private String module = "";
    private long bytes;
    private long told;

    /// @param expectedBytes how much content the archive has, 0 if nobody knows
    RestoreTeller(JobContext job, long expectedBytes, SessionId session) {
        this.job = job;
        this.expectedBytes = expectedBytes;
        this.session = session;
    }

    void begins(String next) {
        module = next;
        tell();
    }

    void restored(long more) {
        bytes += more;
        if (bytes - told >= BYTES) {
            tell();
        }
    }

    private void tell() {
        told = bytes;
        job.progress(
                JobJson.write(
                        new Progress(
                                "restoring " + module, 0, bytes, expectedBytes, session.value())));
    }
}
