package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;

/// Opens places that rsync reaches over SSH.
public final class RsyncTransportFactory implements TransportFactory {
    @Override
    public String type() {
        return "Rsync";
    }

    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        return RsyncTransport.open(RsyncSettings.of(settings));
    }
}
