package dev.packhorse.engine.job;

import java.io.IOException;

/// A system backup could not be made into one file this time.
final class UnmadeBundleException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean busy;

    private UnmadeBundleException(String message, boolean busy) {
        super(message);
        this.busy = busy;
    }

    static UnmadeBundleException busy() {
        return new UnmadeBundleException(
                "another upload makes a system backup into one file now", true);
    }

    static UnmadeBundleException failed(IOException cause) {
        UnmadeBundleException failed =
                new UnmadeBundleException(
                        "the system backup could not be made into one file: " + cause.getMessage(),
                        false);
        failed.initCause(cause);
        return failed;
    }

    /// Whether nothing failed: it is another's turn.
    boolean isBusy() {
        return busy;
    }
}
