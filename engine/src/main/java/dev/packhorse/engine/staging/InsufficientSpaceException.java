package dev.packhorse.engine.staging;

import java.io.IOException;

/// The disk would be filled below its floor; nothing was written.
public final class InsufficientSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    public InsufficientSpaceException(String message) {
        super(message);
    }
}
