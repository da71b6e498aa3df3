package dev.packhorse.transport.webdav;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.NginxDavServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// Nginx, with TLS and Basic.
class WebdavNginxTest extends TransportContract {
    @Override
    protected Transport open() throws TransportException {
        return new WebdavTransportFactory().open(NginxDavServer.shared().settings());
    }
}
