package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.GoogleConsent;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.nio.file.Path;

/// The drivers of this distribution; the engine knows the seam, not the drivers. Safe for many
/// threads.
public interface Drivers {
    /// Opens a folder of this machine, judged already.
    ///
    /// @throws TransportException if it cannot be used
    Transport folder(Path folder) throws TransportException;

    /// Opens a destination of any other type.
    ///
    /// @param type the type's word in WHM API 1
    /// @throws TransportException `REFUSED` for a type without a driver, else what the driver says
    Transport remote(String type, TransportSettings settings) throws TransportException;

    /// Asks administrators and Google for consent to backups in Google Drive.
    GoogleConsent google();
}
