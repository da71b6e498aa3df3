package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class BackblazeTransportTest extends TransportContract {
    private @Nullable B2Place place;

    @Override
    protected Transport open() throws Exception {
        B2Place fresh = B2Place.at(B2Simulator.shared());
        place = fresh;
        return fresh.open(Duration.ofSeconds(30));
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return Objects.requireNonNull(place, "opened before").uploads();
    }
}
