package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;

/// Opens destinations at Google Drive; the first call connects.
public final class GdriveTransportFactory implements TransportFactory {
    @Override
    public String type() {
        return "GoogleDrive";
    }

    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        return new GdriveTransport(GdriveSettings.of(settings));
    }
}
