package dev.packhorse.transport.sftp;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.time.Duration;

class SftpNetworkFaultTest extends FaultContract {
    private SftpPlace place = new SftpPlace();

    @Override
    protected void makePlace() throws IOException {
        place = SftpPlace.fresh();
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", OpensshServer.shared().port());
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws IOException {
        return place.with("port", Integer.toString(address.port())).within(limit).open();
    }
}
