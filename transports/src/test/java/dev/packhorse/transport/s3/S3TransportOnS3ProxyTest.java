package dev.packhorse.transport.s3;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class S3TransportOnS3ProxyTest extends TransportContract {
    private @Nullable S3Place place;

    private S3Place place() {
        return Objects.requireNonNull(place, "opened before");
    }

    @Override
    protected Transport open() throws Exception {
        S3Place fresh = S3Place.at(S3Server.s3Proxy(), Map.of("profile", "standard"));
        place = fresh;
        return fresh.open();
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return place().uploads();
    }
}
