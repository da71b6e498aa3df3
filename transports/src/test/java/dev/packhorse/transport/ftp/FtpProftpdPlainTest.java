package dev.packhorse.transport.ftp;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// ProFTPD as a server of little means: no TLS, no MLSD, no renaming over a file, no resumption.
class FtpProftpdPlainTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    private static ProftpdServer server() {
        return ProftpdServer.plain(
                "AllowOverwrite off", "AllowStoreRestart off", "FactsAdvertise off");
    }

    @Override
    protected Transport open() throws TransportException {
        return new FtpTransportFactory().open(server().settings());
    }
}
