package dev.packhorse.transport.ftp;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.util.Map;

/// ProFTPD, TLS with session reuse demanded, active: the way WHM has it without a word.
class FtpProftpdActiveTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    private static ProftpdServer server() {
        return ProftpdServer.withTls();
    }

    @Override
    protected Transport open() throws TransportException {
        return new FtpTransportFactory()
                .open(server().settings(server().freshFolder(), Map.of("passive", "0")));
    }
}
