package dev.packhorse.engine.faults;

import java.io.IOException;

/// Counts the calls that change a file system, and makes one of them fail. Safe for many threads.
public final class Faults {
    /// What becomes of the calls after the one that failed.
    public enum Kind {
        /// They work: the disk was full for a moment.
        ONCE,
        /// They fail as well: so the process might have been killed, and cleans nothing up.
        FROM_THEN_ON
    }

    private final Kind kind;
    private final long failing;
    private long calls;
    private boolean failed;

    /// @param failing which call fails, from 1
    public Faults(Kind kind, long failing) {
        this.kind = kind;
        this.failing = failing;
    }

    /// Called before each change.
    ///
    /// @throws IOException instead of it
    synchronized void beforeChange(String call) throws IOException {
        calls++;
        if (calls == failing || (kind == Kind.FROM_THEN_ON && calls > failing)) {
            failed = true;
            throw new IOException(call + ": failed by the test, as call " + calls);
        }
    }

    public synchronized boolean failed() {
        return failed;
    }
}
