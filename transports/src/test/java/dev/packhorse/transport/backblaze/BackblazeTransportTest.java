package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.Transport;
import java.time.Duration;

class BackblazeTransportTest extends TransportContract {
    @Override
    protected Transport open() throws Exception {
        return B2Place.at(B2Simulator.shared()).open(Duration.ofSeconds(30));
    }
}
