package dev.packhorse.engine.index;

import java.io.IOException;

/// An index file, or the archive it speaks of, is not what it should be.
public final class IndexException extends IOException {
    private static final long serialVersionUID = 1L;

    public IndexException(String message) {
        super(message);
    }

    public IndexException(String message, Throwable cause) {
        super(message, cause);
    }
}
