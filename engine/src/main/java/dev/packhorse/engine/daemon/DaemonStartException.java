package dev.packhorse.engine.daemon;

import org.jspecify.annotations.Nullable;

/// The daemon did not start; whatever had been started is stopped again.
public final class DaemonStartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public DaemonStartException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /// Why.
    public enum Kind {
        /// Another daemon holds the state folder.
        LOCKED,
        /// A setting cannot be used on this machine.
        CONFIG,
        /// The store is damaged, older than it was, or of a newer version; the message says what to
        /// do.
        STORE,
        /// Something else; another try may help.
        FAILED
    }
}
