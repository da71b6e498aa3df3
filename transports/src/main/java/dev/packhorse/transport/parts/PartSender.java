package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;

/// Brings one part to its place, unless it is there already. Called by several threads at a time.
@FunctionalInterface
public interface PartSender {
    /// Sends it; returns once the place has it.
    ///
    /// @param stop requested when the upload was cancelled or another part failed
    void send(Part part, Cancellation stop) throws IOException;
}
