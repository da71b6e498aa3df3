package dev.packhorse.engine.postgres;

import java.io.IOException;

/// The database server or one of its programs refused, or could not be reached. The message has no
/// secret and is fit for a log.
public final class PostgresException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean late;

    public PostgresException(String message) {
        this(message, false);
    }

    /// @param late whether it took too long, so that it is not worth another try
    PostgresException(String message, boolean late) {
        super(message);
        this.late = late;
    }

    boolean isLate() {
        return late;
    }
}
