package dev.packhorse.transport.rsync;

import dev.packhorse.transport.contract.PassingThroughContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Against OpenSSH, with a key.
class RsyncPassingThroughTest extends PassingThroughContract {
    @Override
    protected Transport open(WorkPlace work) throws IOException {
        return RsyncPlace.fresh().withKey(OpensshServer.shared().key()).working(work).open();
    }

    /// The login that runs share.
    @Override
    protected boolean isOfOpened(Path entry) {
        return Files.exists(entry.resolve("ssh"));
    }
}
