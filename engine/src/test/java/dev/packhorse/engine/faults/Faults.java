package dev.packhorse.engine.faults;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the calls that change a file system, and makes one of them fail. Safe for many threads.
public final class Faults implements Changes {
    /// What becomes of the calls after the one that failed.
    public enum Kind {
        /// They work: the disk was full for a moment.
        ONCE,
        /// They fail as well: so the process might have been killed, and cleans nothing up.
        FROM_THEN_ON
    }

    private final Kind kind;
    private final long failing;
    private final Set<Long> readers = ConcurrentHashMap.newKeySet();
    private long calls;
    private boolean failed;

    /// @param failing which call fails, from 1
    public Faults(Kind kind, long failing) {
        this.kind = kind;
        this.failing = failing;
    }

    @Override
    public <R> R make(Change change, Action<R> action) throws IOException {
        boolean reading =
                switch (change) {
                    case Change.Open open when !open.writes() -> readers.add(open.handle());
                    case Change.Close close -> readers.remove(close.handle());
                    default -> false;
                };
        if (!reading) {
            count(change);
        }
        return action.run();
    }

    private synchronized void count(Change change) throws FailedByTestException {
        calls++;
        if (calls == failing || (kind == Kind.FROM_THEN_ON && calls > failing)) {
            failed = true;
            throw new FailedByTestException(
                    change.getClass().getSimpleName()
                            + " of "
                            + change.path().getFileName()
                            + ": failed by the test, as call "
                            + calls);
        }
    }

    public synchronized boolean failed() {
        return failed;
    }
}
