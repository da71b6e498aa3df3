package dev.packhorse.transport.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.RcloneSftpServer;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The contract against another server of the protocol, which says that it makes links and makes
/// none.
class RcloneSftpTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    @Override
    protected Transport open() throws IOException {
        RcloneSftpServer server = RcloneSftpServer.shared();
        return new SftpPlace()
                .with("host", "127.0.0.1")
                .with("port", Integer.toString(server.port()))
                .with("username", RcloneSftpServer.USER)
                .with("path", server.freshFolder())
                .with("host_key", server.fingerprint())
                .withSecret("password", RcloneSftpServer.PASSWORD)
                .open();
    }

    @Test
    void doesNotPromiseWhatTheServerCannotDo() throws IOException {
        try (Transport transport = open()) {
            assertThat(transport.traits().createsExclusively()).isFalse();
        }
    }
}
