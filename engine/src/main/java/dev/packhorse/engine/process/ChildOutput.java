package dev.packhorse.engine.process;

import java.io.IOException;

/// Takes a child's standard output as it comes. While it works the child waits.
@FunctionalInterface
public interface ChildOutput {
    /// Ignores everything.
    ChildOutput NONE = (_, _, _) -> {};

    /// Takes some bytes; the array is used again afterwards.
    ///
    /// @throws IOException if they cannot be taken; the child is killed then
    void accept(byte[] bytes, int offset, int length) throws IOException;
}
