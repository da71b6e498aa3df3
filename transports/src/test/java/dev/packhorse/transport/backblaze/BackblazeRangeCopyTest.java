package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.contract.RangeCopyContract;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.net.URI;
import java.time.Duration;

class BackblazeRangeCopyTest extends RangeCopyContract {
    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", URI.create(B2Simulator.shared().endpoint()).getPort());
    }

    @Override
    protected Transport open(HostPort address) throws TransportException {
        return B2Place.at(B2Simulator.shared())
                .with("endpoint", "http://" + address)
                .open(Duration.ofSeconds(30));
    }
}
