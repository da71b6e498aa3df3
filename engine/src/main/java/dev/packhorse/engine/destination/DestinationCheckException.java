package dev.packhorse.engine.destination;

import java.io.IOException;

/// A destination did not do what was asked of it.
public final class DestinationCheckException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String step;

    DestinationCheckException(String step, IOException cause) {
        super("could not " + step + ": " + cause.getMessage(), cause);
        this.step = step;
    }

    /// What failed, as `store a test object`.
    public String step() {
        return step;
    }
}
