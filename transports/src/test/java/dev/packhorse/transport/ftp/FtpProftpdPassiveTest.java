package dev.packhorse.transport.ftp;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// ProFTPD, TLS with session reuse demanded, passive.
class FtpProftpdPassiveTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    private static ProftpdServer server() {
        return ProftpdServer.withTls();
    }

    @Override
    protected Transport open() throws TransportException {
        return new FtpTransportFactory().open(server().settings());
    }
}
