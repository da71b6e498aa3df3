package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;

/// Opens destinations behind a script.
public final class CustomTransportFactory implements TransportFactory {
    @Override
    public String type() {
        return "Custom";
    }

    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        CustomTransport transport = new CustomTransport(CustomSettings.of(settings));
        transport.prepare();
        return transport;
    }
}
