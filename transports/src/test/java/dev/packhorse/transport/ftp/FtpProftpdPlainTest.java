package dev.packhorse.transport.ftp;

import dev.packhorse.transport.server.ProftpdServer;

/// ProFTPD as a server of little means: no TLS, no MLSD, no renaming over a file, no resumption.
class FtpProftpdPlainTest extends ProftpdContract {
    @Override
    ProftpdServer server() {
        return ProftpdServer.plain(
                "AllowOverwrite off", "AllowStoreRestart off", "FactsAdvertise off");
    }
}
