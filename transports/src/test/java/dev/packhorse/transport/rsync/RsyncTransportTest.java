package dev.packhorse.transport.rsync;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;

/// The contract against OpenSSH, with a key.
class RsyncTransportTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    @Override
    protected Transport open() throws IOException {
        return RsyncPlace.fresh().withKey(OpensshServer.shared().key()).open();
    }

    /// Each put costs logins, and nothing is paged.
    @Override
    protected int many() {
        return 8;
    }
}
