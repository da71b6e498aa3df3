package dev.packhorse.transport.spi;

import java.io.IOException;

/// The source of an upload could not be read; the place has no part in it.
public final class SourceException extends IOException {
    private static final long serialVersionUID = 1L;

    public SourceException(IOException cause) {
        super("the source cannot be read: " + cause.getMessage(), cause);
    }
}
