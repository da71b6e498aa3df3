package dev.packhorse.transport.webdav;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.NginxDavServer;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.time.Duration;
import java.util.TreeMap;

class WebdavNetworkFaultTest extends FaultContract {
    private TransportSettings place =
            new TransportSettings(new TreeMap<>(), new TreeMap<>(), Duration.ZERO);

    @Override
    protected void makePlace() {
        place = NginxDavServer.shared().settings();
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", Integer.parseInt(place.values().get("port")));
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws TransportException {
        TreeMap<String, String> values = new TreeMap<>(place.values());
        values.put("port", Integer.toString(address.port()));
        return new WebdavTransportFactory()
                .open(new TransportSettings(values, place.secrets(), limit));
    }
}
