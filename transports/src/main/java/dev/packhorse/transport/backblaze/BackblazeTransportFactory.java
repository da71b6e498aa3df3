package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;

/// Opens destinations of the type `Backblaze`.
public final class BackblazeTransportFactory implements TransportFactory {
    @Override
    public String type() {
        return "Backblaze";
    }

    /// The first connection is made by the first call.
    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        return new BackblazeTransport(BackblazeSettings.of(settings));
    }
}
