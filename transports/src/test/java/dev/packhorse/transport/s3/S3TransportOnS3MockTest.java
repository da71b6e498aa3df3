package dev.packhorse.transport.s3;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.Transport;
import java.util.Map;

class S3TransportOnS3MockTest extends TransportContract {
    @Override
    protected Transport open() throws Exception {
        return S3Place.at(S3Server.s3Mock(), Map.of("profile", "standard")).open();
    }

    /// The mock removes the object of the key, which no real service does.
    @Override
    protected boolean takesBackUploadsAlone() {
        return false;
    }
}
