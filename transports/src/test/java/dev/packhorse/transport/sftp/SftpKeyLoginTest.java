package dev.packhorse.transport.sftp;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;

/// The contract against OpenSSH, with a key that a passphrase opens, below an absolute folder.
class SftpKeyLoginTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    @Override
    protected Transport open() throws IOException {
        SftpPlace place = SftpPlace.fresh();
        return place.with("path", place.folder() + "/deeper//still/")
                .withKey(OpensshServer.shared().lockedKey())
                .withSecret("passphrase", OpensshServer.PASSPHRASE)
                .open();
    }
}
