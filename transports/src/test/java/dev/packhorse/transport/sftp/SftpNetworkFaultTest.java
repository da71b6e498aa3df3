package dev.packhorse.transport.sftp;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;

class SftpNetworkFaultTest extends FaultContract {
    private static SftpPlace place = new SftpPlace();

    @BeforeAll
    static void place() throws IOException {
        place = SftpPlace.fresh().within(Duration.ofSeconds(1));
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", OpensshServer.shared().port());
    }

    @Override
    protected Transport open(HostPort address) throws IOException {
        return place.with("port", Integer.toString(address.port())).open();
    }
}
