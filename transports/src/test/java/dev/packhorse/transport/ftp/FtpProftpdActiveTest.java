package dev.packhorse.transport.ftp;

import dev.packhorse.transport.server.ProftpdServer;
import java.util.Map;

/// ProFTPD, TLS with session reuse demanded, active: the way WHM has it without a word.
class FtpProftpdActiveTest extends ProftpdContract {
    @Override
    ProftpdServer server() {
        return ProftpdServer.withTls();
    }

    @Override
    Map<String, String> changes() {
        return Map.of("passive", "0");
    }
}
