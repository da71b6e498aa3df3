package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;

/// A destination did not do what was asked of it, or this server could not ask.
public final class DestinationCheckException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String step;

    DestinationCheckException(String step, IOException cause) {
        super("could not " + step + ": " + cause.getMessage(), cause);
        this.step = step;
    }

    /// Whether the destination may have a part in it.
    public boolean isOfPlace() {
        return switch (getCause()) {
            case OwnSideException _ -> false;
            case TransportException failure -> failure.isOfPlace();
            case null, default -> true;
        };
    }

    /// What failed, as `store a test object`.
    public String step() {
        return step;
    }
}
