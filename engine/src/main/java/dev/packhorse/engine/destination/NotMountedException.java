package dev.packhorse.engine.destination;

import java.io.IOException;

/// The disk that a destination needs is not mounted now, which may pass: of itself, or when
/// somebody plugs it in.
public final class NotMountedException extends IOException {
    private static final long serialVersionUID = 1L;

    NotMountedException(String message) {
        super(message);
    }
}
