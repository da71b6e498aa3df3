package dev.packhorse.transport.rsync;

import dev.packhorse.transport.contract.PassingThroughContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;

/// Against OpenSSH, with a key.
class RsyncPassingThroughTest extends PassingThroughContract {
    @Override
    protected Transport open(WorkPlace work) throws IOException {
        return RsyncPlace.fresh().withKey(OpensshServer.shared().key()).working(work).open();
    }
}
