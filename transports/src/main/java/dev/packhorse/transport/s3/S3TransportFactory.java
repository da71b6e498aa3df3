package dev.packhorse.transport.s3;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;

/// Opens destinations of the types `AmazonS3` and `S3Compatible`.
public final class S3TransportFactory implements TransportFactory {
    static final String AMAZON = "AmazonS3";

    private final String type;

    private S3TransportFactory(String type) {
        this.type = type;
    }

    /// Amazon's own service.
    public static S3TransportFactory amazon() {
        return new S3TransportFactory(AMAZON);
    }

    /// Any other server of the protocol.
    public static S3TransportFactory compatible() {
        return new S3TransportFactory("S3Compatible");
    }

    @Override
    public String type() {
        return type;
    }

    /// The first connection is made by the first call.
    @Override
    public Transport open(TransportSettings settings) throws TransportException {
        return new S3Transport(S3Settings.of(type, settings));
    }
}
