package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.net.URI;
import java.time.Duration;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;

class BackblazeNetworkFaultTest extends FaultContract {
    private static B2Place place = new B2Place(new TreeMap<>(), "");

    @BeforeAll
    static void place() {
        place = B2Place.at(B2Simulator.shared());
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", URI.create(B2Simulator.shared().endpoint()).getPort());
    }

    @Override
    protected Transport open(HostPort address) throws TransportException {
        return place.with("endpoint", "http://" + address).open(Duration.ofSeconds(1));
    }

    /// Three parts.
    @Override
    protected int objectBytes() {
        return 11 << 20;
    }
}
