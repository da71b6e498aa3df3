package dev.packhorse.transport.rsync;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;

/// The contract against OpenSSH, with a password.
class RsyncTransportTest extends TransportContract {
    @Override
    protected Transport open() throws IOException {
        return RsyncPlace.fresh().open();
    }

    /// Each put costs logins, and nothing is paged.
    @Override
    protected int many() {
        return 20;
    }
}
