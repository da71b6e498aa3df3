package dev.packhorse.transport.webdav;

import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.NginxDavServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Nginx, with TLS and Basic.
class WebdavNginxTest extends TransportContract {
    private Path folder = Path.of("");

    @Override
    protected Transport open() throws TransportException {
        NginxDavServer server = NginxDavServer.shared();
        TransportSettings settings = server.settings();
        folder = server.home().resolve(settings.values().getOrDefault("path", ""));
        return new WebdavTransportFactory().open(settings);
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
