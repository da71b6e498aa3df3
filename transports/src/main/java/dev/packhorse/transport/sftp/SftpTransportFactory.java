package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.ssh.SshSettings;

/// Opens SFTP servers.
public final class SftpTransportFactory implements TransportFactory {
    private static final int MOST_CONNECTIONS = 32;
    private static final int CONNECTIONS = 8;

    @Override
    public String type() {
        return "SFTP";
    }

    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        return SftpTransport.open(
                SshSettings.of(settings),
                settings.number("connections", 1, MOST_CONNECTIONS, CONNECTIONS));
    }
}
