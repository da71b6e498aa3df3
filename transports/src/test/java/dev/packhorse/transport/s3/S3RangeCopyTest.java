package dev.packhorse.transport.s3;

import dev.packhorse.transport.contract.RangeCopyContract;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/// Servers of three makes copy ranges alike.
class S3RangeCopyTest {
    abstract static class OnServer extends RangeCopyContract {
        abstract S3Server s3();

        abstract Map<String, String> settings();

        @Override
        protected HostPort server() {
            return new HostPort("127.0.0.1", URI.create(s3().endpoint()).getPort());
        }

        @Override
        protected Transport open(HostPort address) throws TransportException {
            try {
                return S3Place.at(s3(), settings()).with("host", "http://" + address).open();
            } catch (TransportException e) {
                throw e;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class OnS3Proxy extends OnServer {
        @Override
        S3Server s3() {
            return S3Server.s3Proxy();
        }

        @Override
        Map<String, String> settings() {
            return Map.of("profile", "standard");
        }
    }

    @Nested
    class OnS3Mock extends OnServer {
        @Override
        S3Server s3() {
            return S3Server.s3Mock();
        }

        @Override
        Map<String, String> settings() {
            return Map.of("profile", "standard");
        }
    }

    @Nested
    class OnSwift extends OnServer {
        @Override
        S3Server s3() {
            return S3Server.swift();
        }

        @Override
        Map<String, String> settings() {
            return Map.of();
        }
    }
}
