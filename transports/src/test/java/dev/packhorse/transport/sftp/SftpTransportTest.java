package dev.packhorse.transport.sftp;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;

/// The contract against OpenSSH, with a password.
class SftpTransportTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    @Override
    protected Transport open() throws IOException {
        return SftpPlace.fresh().open();
    }
}
