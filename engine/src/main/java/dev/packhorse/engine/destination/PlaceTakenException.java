package dev.packhorse.engine.destination;

/// A destination whose folder is that of another, or lies in it or around it: each would replace
/// and prune the other's archives. The message says of which.
public final class PlaceTakenException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    PlaceTakenException(String message) {
        super(message);
    }
}
