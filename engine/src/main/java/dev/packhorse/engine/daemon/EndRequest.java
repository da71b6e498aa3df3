package dev.packhorse.engine.daemon;

import java.time.Duration;

/// How a start that has to wait learns that the daemon is to end. Safe for many threads.
@FunctionalInterface
public interface EndRequest {
    /// Waits until the end is asked for, at most so long.
    ///
    /// @return whether it is
    boolean comesWithin(Duration longest);
}
