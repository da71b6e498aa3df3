package dev.packhorse.transport.spi;

import java.io.IOException;

/// This side failed: a journal, a file on the way, or what was to be done with what was read. The
/// place has no part in it.
public final class OwnSideException extends IOException {
    private static final long serialVersionUID = 1L;

    public OwnSideException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
