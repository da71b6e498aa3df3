package dev.packhorse.transport.ftp;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.PyftpdlibServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// pyftpdlib, TLS demanded on both connections.
class FtpPyftpdlibTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    private static PyftpdlibServer server() {
        return PyftpdlibServer.shared();
    }

    @Override
    protected Transport open() throws TransportException {
        return new FtpTransportFactory().open(server().settings());
    }
}
