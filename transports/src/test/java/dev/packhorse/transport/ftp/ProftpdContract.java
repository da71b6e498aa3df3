package dev.packhorse.transport.ftp;

import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The contract against a ProFTPD, a fresh folder a case.
abstract class ProftpdContract extends TransportContract {
    private String folder = "";

    /// The server, started when it is first asked for.
    abstract ProftpdServer server();

    /// What the settings have otherwise.
    Map<String, String> changes() {
        return Map.of();
    }

    @Override
    protected Transport open() throws TransportException {
        folder = server().freshFolder();
        return new FtpTransportFactory().open(server().settings(folder, changes()));
    }

    @Override
    protected boolean hasFolders() {
        return true;
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return LeftFiles.in(server().home().resolve(folder));
    }
}
