package dev.packhorse.engine.process;

import java.io.IOException;

/// A child process was killed because it hung or took too long.
public final class ChildLimitException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Limit limit;

    ChildLimitException(Limit limit, String message) {
        super(message);
        this.limit = limit;
    }

    public Limit limit() {
        return limit;
    }

    /// What was exceeded.
    public enum Limit {
        /// Neither took nor gave a byte for too long.
        IDLE,
        /// Ran for too long.
        TOTAL
    }
}
