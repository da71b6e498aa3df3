package dev.packhorse.transport.ftp;

import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.PyftpdlibServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// pyftpdlib, TLS demanded on both connections.
class FtpPyftpdlibTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    private static PyftpdlibServer server() {
        return PyftpdlibServer.shared();
    }

    private Path folder = Path.of("");

    @Override
    protected Transport open() throws TransportException {
        TransportSettings settings = server().settings();
        folder = server().home().resolve(settings.values().getOrDefault("path", "").substring(1));
        return new FtpTransportFactory().open(settings);
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return LeftFiles.in(folder);
    }
}
