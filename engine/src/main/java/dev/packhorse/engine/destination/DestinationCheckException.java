package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// A destination did not do what was asked of it, or this server could not ask.
public final class DestinationCheckException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String step;

    /// @param before the steps that worked
    DestinationCheckException(
            String step, List<DestinationCheck.Passed> before, IOException cause) {
        super("could not " + step + ": " + cause.getMessage() + worked(before), cause);
        this.step = step;
    }

    private static String worked(List<DestinationCheck.Passed> steps) {
        return steps.isEmpty()
                ? ""
                : steps.stream()
                        .map(DestinationCheck.Passed::name)
                        .collect(Collectors.joining(", ", " (what worked before: ", ")"));
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
