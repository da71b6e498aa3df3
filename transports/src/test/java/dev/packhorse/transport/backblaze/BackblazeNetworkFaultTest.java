package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.net.URI;
import java.time.Duration;
import java.util.TreeMap;

class BackblazeNetworkFaultTest extends FaultContract {
    private B2Place place = new B2Place(new TreeMap<>(), "");

    @Override
    protected void makePlace() {
        place = B2Place.at(B2Simulator.shared());
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", URI.create(B2Simulator.shared().endpoint()).getPort());
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws TransportException {
        return place.with("endpoint", "http://" + address).open(limit);
    }

    /// Three parts.
    @Override
    protected int objectBytes() {
        return 11 << 20;
    }
}
