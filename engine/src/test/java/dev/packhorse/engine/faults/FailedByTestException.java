package dev.packhorse.engine.faults;

import java.io.IOException;

/// A change that [Faults] did not make.
final class FailedByTestException extends IOException {
    private static final long serialVersionUID = 1L;

    FailedByTestException(String message) {
        super(message);
    }
}
