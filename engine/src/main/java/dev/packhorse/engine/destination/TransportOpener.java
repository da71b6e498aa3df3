package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// Opens destinations; knows the drivers. Safe for many threads.
@FunctionalInterface
public interface TransportOpener {
    /// Opens a destination, disabled or not; the caller closes it.
    ///
    /// @throws TransportException `REFUSED` for a type without a driver or settings that may not be
    ///   used, else what the driver says
    Transport open(Destination destination) throws TransportException;
}
