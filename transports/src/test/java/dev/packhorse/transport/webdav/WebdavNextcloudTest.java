package dev.packhorse.transport.webdav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.server.KeptJournal;
import dev.packhorse.transport.server.NextcloudFake;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Uploads by chunks, against a fake of our own that refuses what Nextcloud refuses.
class WebdavNextcloudTest {
    private static final ObjectKey KEY = new ObjectKey("2026/a.tar");
    private static final String STORED = "/remote.php/dav/files/bk/backups/2026/a.tar";
    private static final byte[] BYTES = random(40 << 20);

    private NextcloudFake server;

    @BeforeEach
    void start() throws IOException {
        server = NextcloudFake.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private Transport open() throws TransportException {
        Map<String, String> values =
                Map.of(
                        "host",
                        "localhost:" + server.port() + "/remote.php/dav/files/bk/",
                        "path",
                        "backups",
                        "username",
                        "bk",
                        "ssl",
                        "0");
        return new WebdavTransportFactory()
                .open(
                        new TransportSettings(
                                new TreeMap<>(values),
                                new TreeMap<>(Map.of("password", new Secret("pw"))),
                                Duration.ofSeconds(20)));
    }

    private static void put(Transport transport, byte[] bytes, UploadJournal journal)
            throws IOException {
        transport.put(KEY, BytesContent.of(bytes), PutMode.CREATE, journal, Cancellation.never());
    }

    private long chunkPuts() {
        return server.requests().stream()
                .filter(request -> request.startsWith("PUT /remote.php/dav/uploads/"))
                .count();
    }

    private void assertStored() {
        assertThat(server.files()).containsOnlyKeys(STORED);
        assertThat(server.files().get(STORED)).isEqualTo(BYTES);
    }

    @Test
    void aLargeObjectTravelsInChunks() throws IOException {
        try (Transport transport = open()) {
            assertThat(transport.traits().resumption()).isEqualTo(Resumption.BY_PART);
            put(transport, BYTES, UploadJournal.none());
        }
        assertThat(chunkPuts()).isEqualTo(3);
        assertStored();
    }

    @Test
    void aSmallObjectDoesNot() throws IOException {
        try (Transport transport = open()) {
            put(transport, random(1000), UploadJournal.none());
        }
        assertThat(chunkPuts()).isZero();
        assertThat(server.files().get(STORED)).isEqualTo(random(1000));
    }

    @Test
    void chunksThatArrivedAreNotSentAgain() throws IOException {
        KeptJournal journal = new KeptJournal();
        server.refuseAfterChunks(2);
        try (Transport transport = open()) {
            assertThatThrownBy(() -> put(transport, BYTES, journal))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind().retryable()).isTrue());
        }
        long before = chunkPuts();
        server.refuseAfterChunks(Integer.MAX_VALUE);
        try (Transport transport = open()) {
            put(transport, BYTES, journal);
        }
        assertThat(chunkPuts() - before).isEqualTo(1);
        assertThat(journal.recorded()).isEmpty();
        assertStored();
    }

    @Test
    void withoutAJournalNoChunksAreLeft() throws IOException {
        server.refuseAfterChunks(2);
        try (Transport transport = open()) {
            assertThatThrownBy(() -> put(transport, BYTES, UploadJournal.none()))
                    .isInstanceOf(TransportException.class);
        }
        assertThat(server.files()).isEmpty();
    }

    /// As an assembly may leave it that died half-way.
    @Test
    void aFileOfAnotherSizeInThePlaceOfTheWholeIsNotWaitedFor() throws IOException {
        KeptJournal journal = new KeptJournal();
        server.refuseAfterChunks(2);
        try (Transport transport = open()) {
            assertThatThrownBy(() -> put(transport, BYTES, journal))
                    .isInstanceOf(TransportException.class);
            server.refuseAfterChunks(Integer.MAX_VALUE);
            DavUploadState left = DavUploadState.of(journal.recorded().orElseThrow()).orElseThrow();
            transport.put(
                    left.temporary(),
                    BytesContent.of(random(1000)),
                    PutMode.CREATE,
                    Cancellation.never());
            put(transport, BYTES, journal);
        }
        assertStored();
    }

    @Test
    void chunksThatNobodyGoesOnWithAreTakenBack() throws IOException {
        KeptJournal journal = new KeptJournal();
        server.refuseAfterChunks(2);
        try (Transport transport = open()) {
            assertThatThrownBy(() -> put(transport, BYTES, journal))
                    .isInstanceOf(TransportException.class);
            assertThat(server.files()).isNotEmpty();
            transport.abandon(journal.recorded().orElseThrow());
            transport.abandon(journal.recorded().orElseThrow());
        }
        assertThat(server.files()).isEmpty();
    }

    @Test
    void anAssemblyThatTimedOutAndYetHappenedIsSuccess() throws IOException {
        server.slowToAssemble();
        try (Transport transport = open()) {
            put(transport, BYTES, UploadJournal.none());
        }
        assertStored();
    }

    @Test
    void theQuotaIsTheCapacity() throws IOException {
        try (Transport transport = open()) {
            put(transport, random(10), UploadJournal.none());
            assertThat(transport.capacity()).contains(new Capacity(1000, 700));
        }
    }
}
