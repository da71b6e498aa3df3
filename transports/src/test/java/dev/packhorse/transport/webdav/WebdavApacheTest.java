package dev.packhorse.transport.webdav;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.ApacheDavServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// Apache, with Digest.
class WebdavApacheTest extends TransportContract {
    @Override
    protected Transport open() throws TransportException {
        return new WebdavTransportFactory().open(ApacheDavServer.shared().settings());
    }
}
