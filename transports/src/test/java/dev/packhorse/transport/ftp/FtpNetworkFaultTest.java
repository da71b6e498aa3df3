package dev.packhorse.transport.ftp;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.fault.FtpPorts;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeMap;

/// Control and data connections of passive FTP go through the proxy, which reads the ports that the
/// server names; therefore without TLS.
class FtpNetworkFaultTest extends FaultContract {
    private TransportSettings place =
            new TransportSettings(new TreeMap<>(), new TreeMap<>(), Duration.ZERO);

    @Override
    protected void makePlace() {
        place = freshPlace();
    }

    TransportSettings freshPlace() {
        return ProftpdServer.plain("AllowOverwrite on", "AllowStoreRestart on").settings();
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", Integer.parseInt(place.values().get("port")));
    }

    @Override
    protected FaultProxy proxy(HostPort before) throws IOException {
        return FaultProxy.before(before, FtpPorts::translated);
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws TransportException {
        TreeMap<String, String> values = new TreeMap<>(place.values());
        values.put("port", Integer.toString(address.port()));
        values.put("passive", "1");
        values.put("tls", "none");
        return new FtpTransportFactory()
                .open(new TransportSettings(values, place.secrets(), limit));
    }
}
