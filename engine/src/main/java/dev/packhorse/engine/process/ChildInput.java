package dev.packhorse.engine.process;

import java.io.IOException;
import java.io.OutputStream;

/// Gives a child process its standard input.
@FunctionalInterface
public interface ChildInput {
    /// An input that is at its end at once.
    ChildInput NONE = _ -> {};

    /// Writes everything; the stream is closed by the caller. Runs on a thread of its own. If it
    /// throws, the child is killed before its input ends, so that it cannot take a cut input for a
    /// whole one.
    ///
    /// @throws IOException if the input cannot be produced; failures of the stream itself mean that
    ///   the child is gone and must be let through
    void writeTo(OutputStream standardInput) throws IOException;
}
