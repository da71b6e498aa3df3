package dev.packhorse.engine.daemon;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.nio.file.Path;

/// Opens a folder of this machine as a transport; the engine knows the seam, not the drivers.
@FunctionalInterface
public interface LocalDriver {
    /// Opens the folder.
    ///
    /// @throws TransportException if it cannot be used
    Transport open(Path folder) throws TransportException;
}
