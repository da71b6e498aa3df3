package dev.packhorse.transport.s3;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Map;

class S3TransportOnS3ProxyTest extends TransportContract {
    private S3Place place;

    @Override
    protected Transport open() throws Exception {
        place = S3Place.at(S3Server.s3Proxy(), Map.of("profile", "standard"));
        return place.open();
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return place.uploads();
    }
}
