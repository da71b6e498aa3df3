package dev.packhorse.engine.gzip;

import java.io.IOException;

/// The file from which packed segments are taken over does not hold what was written to it, or
/// cannot be read.
public final class DamagedSourceException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedSourceException(String message) {
        super(message);
    }

    public DamagedSourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
