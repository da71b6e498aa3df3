package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.Fault.Direction;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Headway;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens when the line, the server or the source fails.
class RsyncFaultTest {
    private static final ObjectKey KEY = new ObjectKey("day/object");
    private static final int SIZE = 12 << 20;
    private static final byte[] BYTES = random(SIZE, 1);
    private static final long LIMIT_NANOS = 60_000_000_000L;

    @TempDir private Path here;

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static RsyncPlace place() throws IOException {
        return RsyncPlace.fresh().withKey(OpensshServer.shared().key());
    }

    /// A place at a server that runs a script instead of what it is asked to run.
    private static RsyncPlace scripted(String script) throws IOException {
        return RsyncPlace.fresh().withKey(OpensshServer.shared().keyThatRuns(script));
    }

    private static void put(Transport transport, Content content, UploadJournal journal)
            throws IOException {
        transport.put(KEY, content, PutMode.CREATE, journal, Cancellation.never());
    }

    private static byte[] read(Transport transport, ObjectKey key) throws IOException {
        return transport.read(key, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
    }

    private static List<String> list(Transport transport) throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    /// All files in a place's folder and below, hidden ones too.
    private static List<String> filesIn(RsyncPlace place) throws IOException {
        try (Stream<Path> files = Files.walk(place.folder())) {
            return files.filter(file -> !Files.isDirectory(file))
                    .map(file -> place.folder().relativize(file).toString())
                    .toList();
        }
    }

    private static void until(Condition condition) throws IOException {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - begin).as("waited for too long").isLessThan(LIMIT_NANOS);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /// Breaks the line in the middle of an upload, and waits until the server has noticed.
    private static void cutUpload(RsyncPlace place, Content content, UploadJournal journal)
            throws IOException {
        cutUpload(place, content, journal, SIZE / 2);
    }

    private static void cutUpload(
            RsyncPlace place, Content content, UploadJournal journal, long after)
            throws IOException {
        HostPort server = new HostPort("127.0.0.1", OpensshServer.shared().port());
        try (FaultProxy proxy = FaultProxy.before(server);
                Transport transport =
                        place.with("port", Integer.toString(proxy.address().port())).open()) {
            proxy.set(new Fault.Cut(Direction.TO_SERVER, after));
            Failures.of(Kind.UNAVAILABLE, () -> put(transport, content, journal));
        }
        place.with("port", Integer.toString(server.port()));
        until(() -> filesIn(place).stream().noneMatch(name -> name.contains("upload-temp/")));
    }

    /// A file, as archives are, sent so slowly that rsync tells how far it is.
    private record Slow(Path file) implements Content {
        @Override
        public long sizeBytes() {
            return BYTES.length;
        }

        @Override
        public String sha256() {
            return BytesContent.of(BYTES).sha256();
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public Optional<Path> localFile() {
            return Optional.of(file);
        }

        @Override
        public long bytesPerSecond() {
            return 2 << 20;
        }
    }

    /// What is read here for the digest is no headway, what rsync sent is.
    @Test
    void aTryThatWasCutAndGotOnIsToldFromOneThatDidNot() throws IOException {
        RsyncPlace place = place();
        MemoryJournal journal = new MemoryJournal();
        Headway headway = new Headway(SIZE);
        Content content = headway.watch(new Slow(Files.write(here.resolve("file"), BYTES)));
        cutUpload(place, content, journal, SIZE / 3);
        assertThat(headway.gotOn()).as("the first try").isTrue();
        cutUpload(place, content, journal, 0);
        assertThat(headway.gotOn()).as("a try that sent nothing").isFalse();
        cutUpload(place, content, journal, SIZE / 3);
        assertThat(headway.gotOn()).as("a try that went on").isTrue();
    }

    @Test
    void aFileIsSentNoFasterThanItsContentSays() throws Exception {
        Path file = Files.write(here.resolve("file"), Arrays.copyOf(BYTES, 600 << 10));
        BytesContent bytes = BytesContent.of(Files.readAllBytes(file));
        Content slow =
                new Content() {
                    @Override
                    public long sizeBytes() {
                        return bytes.sizeBytes();
                    }

                    @Override
                    public String sha256() {
                        return bytes.sha256();
                    }

                    @Override
                    public InputStream open() {
                        throw new IllegalStateException("there is a file");
                    }

                    @Override
                    public Optional<Path> localFile() {
                        return Optional.of(file);
                    }

                    @Override
                    public long bytesPerSecond() {
                        return 200 << 10;
                    }
                };
        try (Transport transport = place().open()) {
            long begin = System.nanoTime();
            put(transport, slow, UploadJournal.none());
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isGreaterThan(Duration.ofSeconds(2));
            assertThat(read(transport, KEY)).isEqualTo(Files.readAllBytes(file));
        }
    }

    @Test
    void whatIsLeftOfACutUploadIsHiddenAndOfAnotherContentRemoved() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        RsyncPlace place = place();
        cutUpload(place, BytesContent.of(BYTES), journal);
        assertThat(journal.recorded()).isPresent();
        assertThat(filesIn(place))
                .singleElement()
                .asString()
                .matches("day/\\.packhorse-upload-[0-9a-f]{24}/object");
        byte[] other = random(100_000, 2);
        try (Transport transport = place.open()) {
            assertThat(list(transport)).isEmpty();
            put(transport, BytesContent.of(other), journal);
            assertThat(read(transport, KEY)).isEqualTo(other);
        }
        assertThat(filesIn(place)).containsExactly(KEY.value());
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void whatIsLeftOfACutUploadIsTakenBackAndAFinishedOneStays() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        RsyncPlace place = place();
        cutUpload(place, BytesContent.of(BYTES), journal);
        UploadState left = journal.recorded().orElseThrow();
        assertThat(filesIn(place)).hasSize(1);
        try (Transport transport = place.open()) {
            transport.abandon(left);
            transport.abandon(left);
            assertThat(filesIn(place)).isEmpty();
            put(transport, BytesContent.of(BYTES), journal);
            transport.abandon(left);
            assertThat(read(transport, KEY)).isEqualTo(BYTES);
        }
        assertThat(filesIn(place)).containsExactly(KEY.value());
    }

    @Test
    void whatTheServerSpoiledOfACutUploadIsSentAgain() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        RsyncPlace place = place();
        cutUpload(place, BytesContent.of(BYTES), journal);
        Path left = place.folder().resolve(filesIn(place).getFirst());
        byte[] spoiled = Files.readAllBytes(left);
        Arrays.fill(spoiled, 1 << 20, 3 << 20, (byte) 0);
        Files.write(left, spoiled);
        try (Transport transport = place.open()) {
            put(transport, BytesContent.of(BYTES), journal);
            assertThat(read(transport, KEY)).isEqualTo(BYTES);
        }
        assertThat(filesIn(place)).containsExactly(KEY.value());
    }

    @Test
    void withoutAJournalNothingIsLeftOfACutUpload() throws IOException {
        RsyncPlace place = place();
        cutUpload(place, BytesContent.of(BYTES), UploadJournal.none());
        assertThat(filesIn(place)).isEmpty();
    }

    @Test
    void anUploadWhoseEndWasNotHeardOfIsDone() throws IOException {
        RsyncPlace place = place();
        List<UploadState> states = new ArrayList<>();
        UploadJournal recording =
                new UploadJournal() {
                    @Override
                    public Optional<UploadState> recorded() {
                        return states.stream().findFirst();
                    }

                    @Override
                    public void record(UploadState state) {
                        states.add(state);
                    }

                    @Override
                    public void clear() {}
                };
        try (Transport transport = place.open()) {
            put(transport, BytesContent.of(BYTES), recording);
            assertThat(states).isNotEmpty();
            put(transport, BytesContent.of(BYTES), recording);
            assertThat(read(transport, KEY)).isEqualTo(BYTES);
            byte[] other = random(1000, 9);
            Failures.of(Kind.EXISTS, () -> put(transport, BytesContent.of(other), recording));
            assertThat(read(transport, KEY)).isEqualTo(BYTES);
        }
    }

    @Test
    void aFileInTheWayOfAFolderStaysAndAFolderInTheWayOfAFileToo() throws IOException {
        try (Transport transport = place().open()) {
            put(transport, BytesContent.of(new byte[] {1}), UploadJournal.none());
            ObjectKey below = new ObjectKey("day/object/below");
            ObjectKey above = new ObjectKey("day");
            for (ObjectKey key : List.of(below, above)) {
                Failures.of(
                        Kind.REFUSED,
                        () ->
                                transport.put(
                                        key,
                                        BytesContent.of(new byte[] {2}),
                                        PutMode.REPLACE,
                                        Cancellation.never()));
            }
            assertThat(transport.stat(below)).isEmpty();
            assertThat(list(transport)).containsExactly("day/object");
            assertThat(read(transport, KEY)).containsExactly(1);
        }
    }

    @Test
    void deleteLeavesEverythingElse() throws IOException {
        RsyncPlace place = place();
        try (Transport transport = place.open()) {
            put(transport, BytesContent.of(new byte[] {1}), UploadJournal.none());
            Path day = place.folder().resolve("day");
            for (String name :
                    List.of("object2", "objec", ".object", "object~", "a b", "*", "deep/object")) {
                Files.createDirectories(day.resolve(name).getParent());
                Files.writeString(day.resolve(name), name);
            }
            Files.createDirectory(day.resolve("empty"));
            Files.createSymbolicLink(day.resolve("link"), Path.of("object2"));
            transport.delete(KEY);
            assertThat(filesIn(place))
                    .containsExactlyInAnyOrder(
                            "day/object2",
                            "day/objec",
                            "day/.object",
                            "day/object~",
                            "day/a b",
                            "day/*",
                            "day/deep/object",
                            "day/link");
            transport.delete(new ObjectKey("day/link"));
            transport.delete(new ObjectKey("day/empty"));
            transport.delete(new ObjectKey("day/deep"));
            assertThat(day.resolve("empty")).isDirectory();
            assertThat(filesIn(place)).hasSize(8).contains("day/link", "day/deep/object");
        }
    }

    @Test
    void foreignNamesLinksAndUploadsAreNoObjects() throws IOException {
        RsyncPlace place = place();
        try (Transport transport = place.open()) {
            Files.createDirectories(place.folder().resolve("d/.packhorse-upload-x"));
            for (String name : List.of("a b", "umläut", "line\nbreak", "d/ours")) {
                Files.writeString(place.folder().resolve(name), "x");
            }
            Files.writeString(place.folder().resolve("d/.packhorse-upload-x/n"), "x");
            Files.writeString(place.folder().resolve(".packhorse-upload-temp/n"), "x");
            Files.createSymbolicLink(place.folder().resolve("link"), Path.of("/etc/passwd"));
            Files.createSymbolicLink(place.folder().resolve("folder"), Path.of("d"));
            assertThat(list(transport)).containsExactly("d/ours");
            assertThat(transport.stat(new ObjectKey("link"))).isEmpty();
            Failures.of(Kind.MISSING, () -> read(transport, new ObjectKey("link")));
        }
    }

    @Test
    void aListingThatBreaksOffIsNotAShortOne() throws IOException {
        RsyncPlace place =
                scripted(
                                """
                                case "$SSH_ORIGINAL_COMMAND" in
                                *--sender*) $SSH_ORIGINAL_COMMAND | head -c 600; exit 0;;
                                esac
                                exec $SSH_ORIGINAL_COMMAND
                                """)
                        .within(Duration.ofSeconds(2));
        try (Transport transport = place.open()) {
            for (int i = 0; i < 100; i++) {
                Files.writeString(place.folder().resolve("object" + i), "x");
            }
            List<String> seen = new ArrayList<>();
            assertThatThrownBy(() ->
                            transport.list(
                                    "",
                                    object -> seen.add(object.key().value()),
                                    Cancellation.never()))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind().retryable()).isTrue());
            assertThat(seen).isEmpty();
        }
    }

    /// The server sends another file, or more, than it was asked for.
    @Test
    void nothingButTheFileThatWasAskedForIsTaken() throws IOException {
        RsyncPlace place =
                scripted(
                        """
                        case "$SSH_ORIGINAL_COMMAND" in
                        *--sender*) exec $SSH_ORIGINAL_COMMAND/../other;;
                        esac
                        exec $SSH_ORIGINAL_COMMAND
                        """);
        try (Transport transport = place.open()) {
            Files.createDirectories(place.folder().resolve("day/object"));
            Files.writeString(place.folder().resolve("day/other"), "other");
            assertThatThrownBy(() -> read(transport, KEY))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isIn(Kind.CORRUPT, Kind.REFUSED));
        }
    }

    /// A success reply is not success.
    @Test
    void aServerThatStoresNothingIsNoticed() throws IOException {
        RsyncPlace place =
                scripted(
                        """
                        case "$SSH_ORIGINAL_COMMAND" in
                        *--temp-dir*)
                          $SSH_ORIGINAL_COMMAND; code=$?
                          find $HOME -name object -type f -delete; exit $code;;
                        esac
                        exec $SSH_ORIGINAL_COMMAND
                        """);
        try (Transport transport = place.open()) {
            assertThatThrownBy(() ->
                            transport.put(
                                    KEY,
                                    BytesContent.of(BYTES),
                                    PutMode.REPLACE,
                                    Cancellation.never()))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
        }
    }

    @Test
    void aFolderThatMayNotBeWrittenIsDenied() throws IOException {
        RsyncPlace place = place();
        try (Transport transport = place.open()) {
            Files.createDirectory(place.folder().resolve("day"));
            Failures.of(
                    Kind.DENIED, () -> put(transport, BytesContent.of(BYTES), new MemoryJournal()));
            assertThat(list(transport)).isEmpty();
        }
    }

    /// A file of this server's as content.
    private static final class HereContent implements Content {
        private final Path file;
        private final byte[] bytes;
        private final Runnable atEnd;

        HereContent(Path file, byte[] bytes, Runnable atEnd) {
            this.file = file;
            this.bytes = bytes;
            this.atEnd = atEnd;
        }

        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public String sha256() {
            return BytesContent.digest(bytes);
        }

        @Override
        public InputStream open() {
            return new FilterInputStream(new ByteArrayInputStream(bytes)) {
                @Override
                public void close() throws IOException {
                    super.close();
                    atEnd.run();
                }
            };
        }

        @Override
        public Optional<Path> localFile() {
            return Optional.of(file);
        }
    }

    @Test
    void aFileIsSentFromWhereItIs() throws IOException {
        Path file = Files.write(here.resolve("other name"), BYTES);
        try (Transport transport = place().open()) {
            put(transport, new HereContent(file, BYTES, () -> {}), new MemoryJournal());
            assertThat(read(transport, KEY)).isEqualTo(BYTES);
        }
        assertThat(file).hasBinaryContent(BYTES);
    }

    @Test
    void aFileThatChangesAfterItWasReadIsNotStored() throws IOException {
        Path file = Files.write(here.resolve("file"), BYTES);
        Runnable change =
                () -> {
                    try {
                        Files.write(file, random(SIZE, 5));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
        try (Transport transport = place().open()) {
            Content content = new HereContent(file, BYTES, change);
            Failures.of(Kind.CORRUPT, () -> put(transport, content, UploadJournal.none()));
            assertThat(list(transport)).isEmpty();
        }
    }

    /// By password, so that the arguments of all processes can be looked at for it.
    @Test
    void aHungUploadEndsAtACancellationAndLeavesNoProcess() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        HostPort server = new HostPort("127.0.0.1", OpensshServer.shared().port());
        try (FaultProxy proxy = FaultProxy.before(server)) {
            String port = Integer.toString(proxy.address().port());
            try (Transport transport = RsyncPlace.fresh().with("port", port).open()) {
                proxy.set(new Fault.Hang(Direction.TO_SERVER, SIZE / 2));
                Content content = BytesContent.of(BYTES);
                CompletableFuture<Void> put =
                        CompletableFuture.runAsync(() -> {
                            try {
                                transport.put(KEY, content, PutMode.CREATE, cancellation);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
                until(() -> proxy.passed(Direction.TO_SERVER) >= SIZE / 2);
                assertThat(argumentsWith("-p " + port)).isNotEmpty();
                assertThat(argumentsWith(OpensshServer.PASSWORD)).isEmpty();
                cancellation.request();
                assertThatThrownBy(put::join).hasRootCauseInstanceOf(CancelledException.class);
            }
            until(() -> argumentsWith("-p " + port).isEmpty());
        }
    }

    private static List<String> argumentsWith(String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String line =
                            Files.readString(
                                    process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                    String arguments = line.replace('\0', ' ');
                    if (arguments.contains(text)) {
                        found.add(arguments);
                    }
                } catch (IOException _) {
                    // It has ended meanwhile.
                }
            }
        }
        return found;
    }

    @Test
    void aServerThatHangsTimesOut() throws IOException {
        RsyncPlace place = scripted("exec /bin/sleep 1000").within(Duration.ofSeconds(1));
        Failures.of(Kind.TIMED_OUT, place::open);
    }
}
