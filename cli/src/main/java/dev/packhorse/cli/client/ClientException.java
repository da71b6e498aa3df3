package dev.packhorse.cli.client;

import org.jspecify.annotations.Nullable;

/// A call did not get an answer, or the daemon said no. The message is for the person at the
/// terminal.
public final class ClientException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public ClientException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /// What went wrong.
    public enum Kind {
        /// No daemon, or it cannot be reached.
        UNREACHABLE,
        /// Our credentials were refused.
        DENIED,
        /// The function failed: `result` 0.
        FAILED
    }
}
