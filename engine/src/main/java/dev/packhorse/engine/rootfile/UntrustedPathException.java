package dev.packhorse.engine.rootfile;

import java.io.IOException;

/// A path may not be used as it was given, or somebody besides root can change what lies there. The
/// message names the part of the path and says what to do.
public final class UntrustedPathException extends IOException {
    private static final long serialVersionUID = 1L;

    public UntrustedPathException(String message) {
        super(message);
    }
}
