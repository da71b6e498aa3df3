package dev.packhorse.transport.webdav;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.RcloneDavServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// Rclone, with Basic in the clear.
class WebdavRcloneTest extends TransportContract {
    @Override
    protected Transport open() throws TransportException {
        return new WebdavTransportFactory().open(RcloneDavServer.shared().settings());
    }
}
