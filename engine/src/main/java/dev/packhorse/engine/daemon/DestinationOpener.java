package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Opens destinations with the drivers of this distribution. A folder is judged anew each time it
/// is opened: who may change it can have changed since it was configured.
record DestinationOpener(LocalPathRules paths, Drivers drivers) implements TransportOpener {
    @Override
    public Transport open(Destination destination) throws TransportException {
        return switch (destination.settings()) {
            case DestinationSettings.Local folder -> drivers.folder(prepared(folder));
            case DestinationSettings.Remote remote ->
                    drivers.remote(
                            destination.type().word(),
                            new TransportSettings(
                                    remote.values(),
                                    remote.secrets(),
                                    Duration.ofSeconds(destination.timeoutSeconds())));
        };
    }

    private Path prepared(DestinationSettings.Local folder) throws TransportException {
        try {
            return paths.prepare(folder);
        } catch (IOException e) {
            throw new TransportException(
                    Kind.REFUSED, "open " + folder.path() + ": " + e.getMessage(), e);
        }
    }
}
