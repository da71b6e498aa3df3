package dev.packhorse.transport.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.server.CuttingProxy;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens when the line or the server fails.
class SftpFaultTest {
    private static final ObjectKey KEY = new ObjectKey("day/object");
    private static final int SIZE = 12 << 20;
    private static final byte[] BYTES = random(SIZE, 1);

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @AfterEach
    void heal() throws IOException {
        OpensshServer.shared().spoil("");
    }

    private static void put(Transport transport, Content content, UploadJournal journal)
            throws IOException {
        transport.put(KEY, content, PutMode.CREATE, journal, Cancellation.never());
    }

    private static byte[] read(Transport transport) throws IOException {
        return transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
    }

    /// All names in a place's folder and below, hidden ones too.
    private static List<String> namesIn(SftpPlace place) throws IOException {
        if (!Files.exists(place.folder())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(place.folder())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> place.folder().relativize(file).toString())
                    .toList();
        }
    }

    private static SftpPlace spoiled(String fault) throws IOException {
        OpensshServer.shared().spoil(fault);
        return SftpPlace.fresh().withKey(OpensshServer.shared().faultyKey());
    }

    private static SftpPlace through(CuttingProxy proxy) throws IOException {
        return SftpPlace.fresh().with("port", Integer.toString(proxy.port()));
    }

    /// Breaks the line in the middle of an upload.
    private static void cutUpload(
            SftpPlace place, CuttingProxy proxy, Content content, UploadJournal journal)
            throws IOException {
        try (Transport transport = place.open()) {
            proxy.cutAfter(proxy.sentBytes() + SIZE / 2 + (1 << 20));
            Failures.of(Kind.UNAVAILABLE, () -> put(transport, content, journal));
        }
    }

    @Test
    void anUploadGoesOnWhereTheLineBroke() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        try (CuttingProxy proxy = new CuttingProxy(OpensshServer.shared().port())) {
            SftpPlace place = through(proxy);
            cutUpload(place, proxy, BytesContent.of(BYTES), journal);
            assertThat(journal.recorded()).isPresent();
            long before = proxy.sentBytes();
            try (Transport transport = place.open()) {
                put(transport, BytesContent.of(BYTES), journal);
                assertThat(proxy.sentBytes() - before).isLessThan(SIZE * 3 / 4);
                assertThat(read(transport)).isEqualTo(BYTES);
            }
            assertThat(namesIn(place)).containsExactly(KEY.value());
            assertThat(journal.recorded()).isEmpty();
        }
    }

    @Test
    void aContentThatChangedSinceStartsAnew() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        byte[] other = random(SIZE, 2);
        try (CuttingProxy proxy = new CuttingProxy(OpensshServer.shared().port())) {
            SftpPlace place = through(proxy);
            cutUpload(place, proxy, BytesContent.of(BYTES), journal);
            try (Transport transport = place.open()) {
                put(transport, BytesContent.of(other), journal);
                assertThat(read(transport)).isEqualTo(other);
            }
            assertThat(namesIn(place)).containsExactly(KEY.value());
        }
    }

    @Test
    void whatTheServerLostOrChangedIsSentAgain() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        try (CuttingProxy proxy = new CuttingProxy(OpensshServer.shared().port())) {
            SftpPlace place = through(proxy);
            cutUpload(place, proxy, BytesContent.of(BYTES), journal);
            Path left = place.folder().resolve(namesIn(place).getFirst());
            byte[] spoiled = Files.readAllBytes(left);
            java.util.Arrays.fill(spoiled, 1 << 20, 3 << 20, (byte) 0);
            Files.write(left, spoiled);
            try (Transport transport = place.open()) {
                put(transport, BytesContent.of(BYTES), journal);
                assertThat(read(transport)).isEqualTo(BYTES);
            }
        }
    }

    @Test
    void withoutAJournalABrokenUploadLeavesNothing() throws IOException {
        try (CuttingProxy proxy = new CuttingProxy(OpensshServer.shared().port())) {
            SftpPlace place = through(proxy);
            cutUpload(place, proxy, BytesContent.of(BYTES), UploadJournal.none());
            assertThat(namesIn(place)).isEmpty();
        }
    }

    @Test
    void aConnectionThatDiedIdleIsNotUsedAgain() throws IOException {
        try (CuttingProxy proxy = new CuttingProxy(OpensshServer.shared().port());
                Transport transport = through(proxy).open()) {
            put(transport, BytesContent.of(BYTES), UploadJournal.none());
            long before = proxy.sentBytes();
            proxy.cut();
            OpensshAwait.until(() -> statWorks(transport));
            assertThat(proxy.sentBytes()).isGreaterThan(before);
        }
    }

    private static boolean statWorks(Transport transport) {
        try {
            return transport.stat(KEY).isPresent();
        } catch (TransportException e) {
            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(PutMode.class)
    void aLostAnswerToPublishingIsResolvedByLooking(PutMode mode) throws IOException {
        SftpPlace place = spoiled("");
        byte[] bytes = random(5000, 3);
        try (Transport transport = place.open()) {
            OpensshServer.shared()
                    .spoil(
                            mode == PutMode.CREATE
                                    ? "cut-after-hardlink"
                                    : "cut-after-posix-rename");
            transport.put(KEY, BytesContent.of(bytes), mode, Cancellation.never());
            assertThat(read(transport)).isEqualTo(bytes);
        }
        assertThat(namesIn(place)).containsExactly(KEY.value());
    }

    @Test
    void anObjectPublishedByATryThatDiedIsFoundByTheNext() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        SftpPlace place = SftpPlace.fresh();
        byte[] bytes = random(5000, 3);
        try (Transport transport = place.open()) {
            put(transport, BytesContent.of(bytes), UploadJournal.none());
            SftpPut put =
                    new SftpPut(
                            KEY,
                            BytesContent.of(bytes),
                            PutMode.CREATE,
                            journal,
                            Cancellation.never());
            String temporary = ".packhorse-upload-of-the-dead";
            Path folder = place.folder().resolve("day");
            Files.createLink(folder.resolve(temporary), folder.resolve("object"));
            put.record(place.settings().values().get("path") + "/day/" + temporary);
            put(transport, BytesContent.of(bytes), journal);
        }
        assertThat(namesIn(place)).containsExactly(KEY.value());
        assertThat(journal.recorded()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"blank", "nostat"})
    void aServerThatCannotTellItsSpaceTakesUploads(String fault) throws IOException {
        try (Transport transport = spoiled(fault).open()) {
            assertThat(transport.capacity()).isEmpty();
            put(transport, BytesContent.of(BYTES), UploadJournal.none());
            assertThat(read(transport)).isEqualTo(BYTES);
        }
    }

    @Test
    void aFullDiskIsToldFromOtherFailures() throws IOException {
        SftpPlace place = spoiled("full");
        try (Transport transport = place.open()) {
            MemoryJournal journal = new MemoryJournal();
            assertThat(
                            Failures.of(
                                    Kind.FULL,
                                    () -> put(transport, BytesContent.of(BYTES), journal)))
                    .hasMessageStartingWith("put day/object: the server has 0 bytes left");
            assertThat(journal.recorded()).isEmpty();
        }
        assertThat(namesIn(place)).isEmpty();
    }

    @Test
    void whatCannotFitIsRefusedBeforeItIsSent() throws IOException {
        SftpPlace place = SftpPlace.fresh();
        Content huge = new BytesContent(BYTES, 1L << 60, BytesContent.digest(BYTES));
        try (Transport transport = place.open()) {
            Failures.of(Kind.FULL, () -> put(transport, huge, UploadJournal.none()));
        }
        assertThat(namesIn(place)).isEmpty();
    }

    @Test
    void aHungServerIsLeftWithinSecondsOfTheCancellation() throws IOException {
        SftpPlace place = spoiled("hang-at-write");
        CancellationSource cancellation = new CancellationSource();
        try (Transport transport = place.open()) {
            Thread.ofVirtual()
                    .start(() -> {
                        OpensshAwait.until(() -> !namesIn(place).isEmpty());
                        cancellation.request();
                    });
            assertThatThrownBy(() ->
                            transport.put(
                                    KEY, BytesContent.of(BYTES), PutMode.CREATE, cancellation))
                    .isInstanceOf(CancelledException.class);
        }
        assertThat(namesIn(place)).isEmpty();
    }

    @Test
    void aHungServerTimesOut() throws IOException {
        SftpPlace place = spoiled("hang-at-write").within(java.time.Duration.ofSeconds(1));
        try (Transport transport = place.open()) {
            Failures.of(
                    Kind.TIMED_OUT,
                    () -> put(transport, BytesContent.of(BYTES), new MemoryJournal()));
        }
    }

    @Test
    void namesThatNoHonestServerHasAreNotGiven() throws IOException {
        SftpPlace place = spoiled("names");
        List<String> keys = new ArrayList<>();
        Files.createDirectories(place.folder());
        try (Transport transport = place.open()) {
            transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        }
        assertThat(keys).containsExactly("honest");
    }

    @Test
    void withoutExtensionsNothingIsReplacedAndTheOldObjectStays() throws IOException {
        SftpPlace place = spoiled("bare");
        byte[] bytes = random(1000, 4);
        try (Transport transport = place.open()) {
            assertThat(transport.traits().createsExclusively()).isFalse();
            assertThat(transport.capacity()).isEmpty();
            put(transport, BytesContent.of(bytes), UploadJournal.none());
            Failures.of(
                    Kind.EXISTS,
                    () -> put(transport, BytesContent.of(BYTES), UploadJournal.none()));
            assertThat(
                            Failures.of(
                                    Kind.REFUSED,
                                    () ->
                                            transport.put(
                                                    KEY,
                                                    BytesContent.of(BYTES),
                                                    PutMode.REPLACE,
                                                    Cancellation.never())))
                    .hasMessageContaining("cannot replace an object in one step");
            assertThat(read(transport)).isEqualTo(bytes);
        }
        assertThat(namesIn(place)).containsExactly(KEY.value());
    }

    @Test
    void linksAreNoObjectsAndAreNotWalked() throws IOException {
        SftpPlace place = SftpPlace.fresh();
        try (Transport transport = place.open()) {
            put(transport, BytesContent.of(random(10, 1)), UploadJournal.none());
            Files.createSymbolicLink(place.folder().resolve("link"), Path.of("day/object"));
            Files.createSymbolicLink(place.folder().resolve("linked"), Path.of("day"));
            List<String> keys = new ArrayList<>();
            transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
            assertThat(keys).containsExactly(KEY.value());
            assertThat(transport.stat(new ObjectKey("link"))).isEmpty();
            transport.delete(new ObjectKey("link"));
            assertThat(Files.isSymbolicLink(place.folder().resolve("link"))).isTrue();
            Failures.of(
                    Kind.MISSING,
                    () ->
                            transport.read(
                                    new ObjectKey("link"),
                                    ByteRange.ALL,
                                    InputStream::readAllBytes,
                                    Cancellation.never()));
        }
    }

    @Test
    void aFolderThatMayNotBeWrittenIsDenied() throws IOException {
        SftpPlace place = SftpPlace.fresh();
        Files.createDirectories(place.folder());
        try (Transport transport = place.open()) {
            Failures.of(
                    Kind.DENIED,
                    () -> put(transport, BytesContent.of(random(1, 1)), UploadJournal.none()));
        }
    }
}
