package dev.packhorse.transport.spi;

import java.io.IOException;

/// Thrown out of blocking work after its [Cancellation] was requested. An [IOException] so that it
/// travels through streams; whoever ends a run asks the cancellation, not the exception type, what
/// happened.
public final class CancelledException extends IOException {
    private static final long serialVersionUID = 1L;

    public CancelledException(String message) {
        super(message);
    }
}
