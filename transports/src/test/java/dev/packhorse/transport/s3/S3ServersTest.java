package dev.packhorse.transport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.parts.KeptJournal;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What differs between real servers.
class S3ServersTest {
    private static final ObjectKey KEY = new ObjectKey("day/demo.tar.gz");

    /// Five parts.
    private static final byte[] LARGE = new byte[22 << 20];

    static {
        new Random(5).nextBytes(LARGE);
    }

    private static S3Place place(String server) throws IOException {
        return switch (server) {
            case "s3proxy" -> S3Place.at(S3Server.s3Proxy(), Map.of("profile", "standard"));
            case "s3mock" -> S3Place.at(S3Server.s3Mock(), Map.of("profile", "standard"));
            default -> S3Place.at(S3Server.swift(), Map.of());
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3proxy", "s3mock", "swift"})
    void anUploadGoesOnInAnotherProcess(String server) throws IOException {
        S3Place place = place(server);
        KeptJournal journal = new KeptJournal();
        CancellationSource cancellation = new CancellationSource();
        try (Transport first = place.open()) {
            assertThatThrownBy(() ->
                            first.put(
                                    KEY,
                                    new CancellingContent(cancellation),
                                    PutMode.CREATE,
                                    journal,
                                    cancellation))
                    .isInstanceOf(CancelledException.class);
            assertThat(first.stat(KEY)).isEmpty();
        }
        assertThat(journal.recorded()).isPresent();
        try (Transport second = place.open()) {
            second.put(KEY, BytesContent.of(LARGE), PutMode.CREATE, journal, Cancellation.never());
            String digest = second.read(KEY, ByteRange.ALL, Sha256::of, Cancellation.never());
            assertThat(digest).isEqualTo(BytesContent.digest(LARGE));
        }
        assertThat(journal.writes()).isEqualTo(1);
        assertThat(journal.recorded()).isEmpty();
    }

    /// Asks for the end when four of five parts were read.
    private record CancellingContent(CancellationSource cancellation) implements Content {
        @Override
        public long sizeBytes() {
            return LARGE.length;
        }

        @Override
        public String sha256() {
            return BytesContent.digest(LARGE);
        }

        @Override
        public InputStream open() {
            return new FilterInputStream(BytesContent.of(LARGE).open()) {
                private int given;

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = super.read(target, offset, Math.min(length, 1 << 16));
                    given += count;
                    if (given > 20 << 20) {
                        cancellation.request();
                    }
                    return count;
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3proxy", "swift"})
    void aWrongSecretIsDenied(String server) throws IOException {
        try (Transport transport = place(server).withSecret("wrong-MARKER").open()) {
            assertThatThrownBy(() ->
                            transport.put(
                                    KEY,
                                    BytesContent.of(new byte[3]),
                                    PutMode.REPLACE,
                                    Cancellation.never()))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> {
                                assertThat(failure.kind()).isEqualTo(Kind.DENIED);
                                assertThat(failure.getMessage()).doesNotContain("MARKER");
                            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3proxy", "s3mock", "swift"})
    void anAbsentBucketIsRefused(String server) throws IOException {
        try (Transport transport = place(server).with("bucket", "no-such-bucket").open()) {
            assertThatThrownBy(() -> transport.list("", _ -> true, Cancellation.never()))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessageContaining("bucket");
        }
    }

    @Test
    void aServerThatDoesNotKnowConditionalWritesSaysSo() throws IOException {
        try (Transport transport = place("swift").with("profile", "standard").open()) {
            assertThat(transport.traits().createsExclusively()).isTrue();
        }
        try (Transport transport = place("swift").open()) {
            assertThat(transport.traits().createsExclusively()).isFalse();
        }
    }
}
