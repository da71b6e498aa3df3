package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Path;

/// Opens destinations with the drivers of this distribution. A folder is judged anew each time it
/// is opened: who may change it can have changed since it was configured.
record DestinationOpener(LocalPathRules paths, LocalDriver local) implements TransportOpener {
    @Override
    public Transport open(Destination destination) throws TransportException {
        return switch (destination.settings()) {
            case DestinationSettings.Local folder -> local.open(prepared(folder));
            case DestinationSettings.Unsupported _ ->
                    throw new TransportException(
                            Kind.REFUSED,
                            "open destination %s: type %s is not supported by this version"
                                    .formatted(destination.name(), destination.type().word()));
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
