package dev.packhorse.transport.spi;

/// Receives the objects of a listing, each once, on the caller's thread.
@FunctionalInterface
public interface ObjectVisitor {
    /// Takes one object.
    ///
    /// @return false to end the listing
    boolean visit(ObjectInfo object);
}
