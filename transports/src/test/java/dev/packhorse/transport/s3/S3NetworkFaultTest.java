package dev.packhorse.transport.s3;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

class S3NetworkFaultTest extends FaultContract {
    private S3Place place = new S3Place(new TreeMap<>(), "");

    @Override
    protected void makePlace() throws IOException {
        place = S3Place.at(S3Server.s3Proxy(), Map.of("profile", "standard"));
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", URI.create(S3Server.s3Proxy().endpoint()).getPort());
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws TransportException {
        return place.with("host", "http://" + address).open(limit);
    }

    /// Three parts.
    @Override
    protected int objectBytes() {
        return 11 << 20;
    }
}
