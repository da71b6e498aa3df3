package dev.packhorse.transport.ftp;

import dev.packhorse.transport.server.ProftpdServer;

/// ProFTPD, TLS with session reuse demanded, passive.
class FtpProftpdPassiveTest extends ProftpdContract {
    @Override
    ProftpdServer server() {
        return ProftpdServer.withTls();
    }
}
