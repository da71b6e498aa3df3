package dev.packhorse.transport.rsync;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.sftp.SftpTransportFactory;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.time.Duration;

/// Each call is a few logins and each look a further one, so the places are prepared and looked at
/// over SFTP, by one login a case.
class RsyncNetworkFaultTest extends FaultContract {
    private RsyncPlace place = new RsyncPlace();

    @Override
    protected void makePlace() throws IOException {
        place = RsyncPlace.fresh().withKey(OpensshServer.shared().key());
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", OpensshServer.shared().port());
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws IOException {
        return place.with("port", Integer.toString(address.port())).within(limit).open();
    }

    @Override
    protected Transport openWitness() throws IOException {
        return new SftpTransportFactory().open(place.settings());
    }

    /// The server's rsync goes on for a moment after the line is cut, and has the place's name
    /// among its arguments.
    @Override
    protected void awaitQuiet() throws IOException {
        OpensshServer.shared().awaitNoneRuns(place.folder().getFileName() + "/");
    }
}
