package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;

/// Opens FTP destinations; the first call connects.
public final class FtpTransportFactory implements TransportFactory {
    @Override
    public String type() {
        return "FTP";
    }

    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        return new FtpTransport(FtpSettings.of(settings));
    }
}
