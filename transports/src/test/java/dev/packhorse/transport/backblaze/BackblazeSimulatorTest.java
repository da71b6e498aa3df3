package dev.packhorse.transport.backblaze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.parts.KeptJournal;
import dev.packhorse.transport.server.B2Simulator;
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
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Backblaze's own simulator makes of logins, addresses and parts.
class BackblazeSimulatorTest {
    private static final ObjectKey KEY = new ObjectKey("day/demo.tar.gz");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /// Five parts.
    private static final byte[] LARGE = new byte[22 << 20];

    static {
        new Random(5).nextBytes(LARGE);
    }

    private B2Simulator service;
    private B2Place place;

    @BeforeEach
    void start() {
        service = B2Simulator.shared();
        place = B2Place.at(service);
    }

    private static void put(Transport transport, byte[] bytes) throws IOException {
        transport.put(KEY, BytesContent.of(bytes), PutMode.REPLACE, Cancellation.never());
    }

    @Test
    void anExpiredLoginIsMadeAnew() throws IOException {
        try (Transport transport = place.open(TIMEOUT)) {
            put(transport, new byte[] {1});
            service.expireLogin();
            put(transport, new byte[] {2});
            service.expireLogin();
            assertThat(
                            transport.<byte[]>read(
                                    KEY,
                                    ByteRange.ALL,
                                    InputStream::readAllBytes,
                                    Cancellation.never()))
                    .containsExactly(2);
        }
    }

    @Test
    void aBusyUploadAddressIsReplacedOnce() throws IOException {
        try (Transport transport = place.open(TIMEOUT)) {
            service.failUploads(1);
            put(transport, new byte[] {1});
            service.failUploads(2);
            assertThatThrownBy(() -> put(transport, new byte[] {2}))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE));
        }
    }

    @Test
    void aWrongKeyIsDenied() throws IOException {
        try (Transport transport = place.withKey("wrong-MARKER").open(TIMEOUT)) {
            assertThatThrownBy(() -> put(transport, new byte[] {1}))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> {
                                assertThat(failure.kind()).isEqualTo(Kind.DENIED);
                                assertThat(failure.getMessage()).doesNotContain("MARKER");
                            });
        }
    }

    @Test
    void anUploadGoesOnInAnotherProcess() throws IOException {
        KeptJournal journal = new KeptJournal();
        CancellationSource cancellation = new CancellationSource();
        try (Transport first = place.open(TIMEOUT)) {
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
        try (Transport second = place.open(TIMEOUT)) {
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
}
