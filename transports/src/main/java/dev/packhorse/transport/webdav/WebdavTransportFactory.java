package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;

/// Opens WebDAV destinations; the first call connects.
public final class WebdavTransportFactory implements TransportFactory {
    @Override
    public String type() {
        return "WebDAV";
    }

    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        return new WebdavTransport(WebdavSettings.of(settings));
    }
}
