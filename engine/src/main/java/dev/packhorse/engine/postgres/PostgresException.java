package dev.packhorse.engine.postgres;

import java.io.IOException;

/// The database server or one of its programs refused, or could not be reached. The message has no
/// secret and is fit for a log.
public final class PostgresException extends IOException {
    private static final long serialVersionUID = 1L;

    public PostgresException(String message) {
        super(message);
    }
}
