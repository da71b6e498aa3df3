package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives that are packed straight into the upload to the only destination, and those that must
/// go by way of a file. Needs root.
class StreamBackupTest {
    private static final String ARCHIVE = "2026-03-07/accounts/bob.tar.gz";
    private static final String INDEX = "2026-03-07/accounts/.packhorse/bob.index";
    private static final String MANIFEST = "2026-03-07/accounts/.packhorse/bob.manifest.json";

    @TempDir Path folder;
    private StreamServer server;
    private Failure failure = () -> {};

    /// What a module of the test's does while an account is packed.
    @FunctionalInterface
    private interface Failure {
        void happen() throws ComponentException, IOException;
    }

    private final class Faulty extends BasicComponent {
        Faulty() {
            super(new ComponentName("Faulty"), "Fails.", true, Set.of(), Set.of("faulty/"));
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink)
                throws ComponentException, IOException {
            failure.happen();
            return new PackReport(Map.of(), List.of());
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = new StreamServer(folder, new Faulty());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void assertFar(String... files) throws IOException {
        assertThat(StreamServer.files(server.far())).containsExactly(files);
    }

    /// Nothing is there, nothing is left to be taken back, and no file was made.
    private void assertNothing() throws IOException {
        assertFar();
        assertThat(server.local()).isEmpty();
        assertThat(StreamServer.files(folder.resolve("uploads"))).isEmpty();
        assertThat(StreamServer.files(folder.resolve("staging"))).isEmpty();
    }

    private static JobRequest onlyUpload(JobHandler.Ended ended) {
        assertThat(ended.followUp().jobs()).hasSize(1);
        return ended.followUp().jobs().getFirst();
    }

    private static UploadArguments arguments(JobRequest upload) {
        return JobJson.read(upload.arguments(), UploadArguments.class);
    }

    private boolean isStreamed(BackupArguments backup, int attempt) throws IOException {
        JobHandler.Ended ended = server.backUp(backup, attempt);
        assertThat(ended.followUp().jobs()).isNotEmpty();
        boolean streamed = arguments(ended.followUp().jobs().getFirst()).streamed();
        assertThat(server.local().contains(ARCHIVE)).isEqualTo(!streamed);
        assertThat(ended.followUp().restorePoints()).hasSize(streamed ? 0 : backup.tiers().size());
        return streamed;
    }

    @Test
    void theArchiveIsAtTheDestinationAndWasNeverHere() throws Exception {
        List<String> meanwhile = new ArrayList<>();
        failure = () -> meanwhile.addAll(server.local());
        JobHandler.Ended ended = server.backUp("bob");

        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(meanwhile).isEmpty();
        assertThat(server.local()).isEmpty();
        assertThat(ended.followUp().restorePoints()).isEmpty();
        assertFar(INDEX, MANIFEST, ARCHIVE);
        Path archive = server.far().resolve(ARCHIVE);
        assertThat(onlyUpload(ended).priority())
                .as("it does not wait for quiet hours")
                .isLessThan(JobRequest.Priority.SCHEDULED);
        UploadArguments upload = arguments(onlyUpload(ended));
        assertThat(upload.streamed()).isTrue();
        assertThat(upload.sha256()).isEqualTo(Sha256.of(archive));
        assertThat(upload.sizeBytes()).isEqualTo(Files.size(archive));
        assertManifestIsOf(archive);
        assertThat(server.meter.sums())
                .hasEntrySatisfying(
                        StreamServer.FAR,
                        sum -> assertThat(sum.bytes()).isEqualTo(upload.sizeBytes()));
    }

    private void assertManifestIsOf(Path archive) throws IOException {
        Manifest manifest =
                ManifestJson.read(Files.readAllBytes(server.far().resolve(MANIFEST))).manifest();
        assertThat(manifest.archive().sha256()).isEqualTo(Sha256.of(archive));
        assertThat(manifest.beside())
                .singleElement()
                .satisfies(index ->
                        assertThat(index.sha256())
                                .isEqualTo(Sha256.of(server.far().resolve(INDEX))));
    }

    @Test
    void theStreamIsByteForByteWhatTheFileIs() throws Exception {
        server.backUp("bob");
        String streamed = Sha256.of(server.far().resolve(ARCHIVE));
        String index = Sha256.of(server.far().resolve(INDEX));
        server.use = Streaming.Use.OFF;
        server.backUp("bob");
        Path directory = server.backups.directory().root();
        assertThat(streamed).isEqualTo(Sha256.of(directory.resolve(ARCHIVE)));
        assertThat(index).isEqualTo(Sha256.of(directory.resolve(INDEX)));
    }

    @Test
    void theCatalogLearnsOfItByTheUpload() throws Exception {
        JobHandler.Ended ended = server.upload(onlyUpload(server.backUp("bob")));
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(ended.followUp().restorePoints())
                .singleElement()
                .satisfies(point -> {
                    assertThat(point.destination()).isEqualTo(StreamServer.FAR);
                    assertThat(point.archive().value()).isEqualTo(ARCHIVE);
                    assertThat(point.sha256()).isEqualTo(Sha256.of(server.far().resolve(ARCHIVE)));
                });
        assertThat(server.meter.sums())
                .hasEntrySatisfying(StreamServer.FAR, sum -> assertThat(sum.count()).isOne());
    }

    /// As a validation with `disableonfail=1` does.
    @Test
    void aStreamIsLookedForThoughItsDestinationIsDisabledMeanwhile() throws Exception {
        Destination enabled = server.destinations.find(StreamServer.FAR).orElseThrow();
        failure =
                () ->
                        server.destinations.change(
                                StreamServer.FAR, each -> each.disabledBecause("its test failed"));
        JobRequest upload = onlyUpload(server.backUp("bob"));

        assertThat(arguments(upload).streamed()).isTrue();
        assertThat(arguments(upload).destination()).isEqualTo(StreamServer.FAR.value());
        assertThat(server.local()).isEmpty();
        assertThat(server.upload(upload).outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end -> assertThat(end.reason()).contains("is disabled"));

        // As somebody who enables it and retries the job.
        server.destinations.change(StreamServer.FAR, _ -> enabled);
        JobHandler.Ended retried = server.upload(upload);

        assertThat(retried.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(retried.followUp().restorePoints())
                .singleElement()
                .satisfies(point -> assertThat(point.destination()).isEqualTo(StreamServer.FAR));
    }

    @Test
    void anArchiveThatIsGoneByThenIsNoRestorePoint() throws Exception {
        JobRequest upload = onlyUpload(server.backUp("bob"));
        Files.writeString(server.far().resolve(ARCHIVE), "another");
        JobHandler.Ended ended = server.upload(upload);
        assertThat(ended.followUp().restorePoints()).isEmpty();
        assertThat(ended.outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end ->
                                assertThat(end.reason())
                                        .contains(ARCHIVE, "far", "not there any more"));
    }

    @Test
    void aFileIsMadeWhereThereIsReasonTo() throws Exception {
        BackupArguments usual = StreamServer.backupOf("bob");
        assertThat(isStreamed(usual, 2)).as("second try").isFalse();
        assertThat(isStreamed(StreamServer.backupOf("bob", Tier.DAILY, Tier.WEEKLY), 1))
                .as("two calendars")
                .isFalse();
        server.backups.file().update(Map.of(ConfigKey.KEEPLOCAL, "1"));
        assertThat(isStreamed(usual, 1)).as("it stays here").isFalse();
        server.backups.file().update(Map.of(ConfigKey.KEEPLOCAL, "0"));
        server.use = Streaming.Use.OFF;
        assertThat(isStreamed(usual, 1)).as("switched off").isFalse();
        server.use = Streaming.Use.AUTO;
        DestinationId other = DestinationId.random();
        server.destinations.add(StreamServer.destination(other, "other"));
        assertThat(isStreamed(usual, 1)).as("two destinations").isFalse();
        server.destinations.delete(other);
        server.place = place -> withTraits(place, withoutStreams(place.traits()));
        assertThat(isStreamed(usual, 1)).as("no streams there").isFalse();
        server.place = place -> place;
        server.health.failed(
                StreamServer.FAR,
                new TransportException(Kind.DENIED, "wrong password"),
                DemoPlant.NOW);
        assertThat(isStreamed(usual, 1)).as("the destination is paused").isFalse();
        server.health.worked(StreamServer.FAR);
        Path there = server.far().resolve(ARCHIVE);
        Files.createDirectories(there.getParent());
        Files.writeString(there, "of before");
        assertThat(isStreamed(usual, 1)).as("one to be replaced").isFalse();
        assertThat(there).hasContent("of before");
    }

    @Test
    void whereThePlaceCopiesTheArchiveBeforeIsMadeUseOf() throws Exception {
        server.place =
                place -> {
                    TransportTraits own = place.traits();
                    return withTraits(
                            place,
                            new TransportTraits(
                                    true,
                                    true,
                                    true,
                                    false,
                                    true,
                                    own.resumption(),
                                    own.maxObjectBytes(),
                                    own.maxConnections()));
                };
        sentBefore(1);
        assertThat(isStreamed(StreamServer.backupOf("bob"), 1)).isFalse();
        server.backups.directory().delete(new ObjectKey(ARCHIVE));
        server.use = Streaming.Use.ALWAYS;
        assertThat(isStreamed(StreamServer.backupOf("bob"), 1)).isTrue();
    }

    /// The archive of the day before.
    private void sentBefore(long sizeBytes) {
        server.catalog.adopt(
                List.of(
                        new RestorePoint(
                                new AccountName("bob"),
                                StreamServer.FAR,
                                Tier.DAILY,
                                SlotName.parse("2026-03-06").date(),
                                new ObjectKey("2026-03-06/accounts/bob.tar.gz"),
                                sizeBytes,
                                "0".repeat(64),
                                Instant.parse("2026-03-06T02:00:00Z"),
                                "node1")));
    }

    /// The next may be larger by a quarter.
    @Test
    void whatMayBecomeTooLongForAStreamIsAFile() throws Exception {
        sentBefore(1_000);
        server.place = place -> withTraits(place, place.traits().streamingAtMost(1_240));
        for (Streaming.Use use : List.of(Streaming.Use.AUTO, Streaming.Use.ALWAYS)) {
            server.use = use;
            assertThat(isStreamed(StreamServer.backupOf("bob"), 1)).isFalse();
            server.backups.directory().delete(new ObjectKey(ARCHIVE));
        }
        server.place = place -> withTraits(place, place.traits().streamingAtMost(1_250));
        assertThat(isStreamed(StreamServer.backupOf("bob"), 1)).isTrue();
    }

    private static TransportTraits withoutStreams(TransportTraits traits) {
        return new TransportTraits(
                traits.readsRanges(),
                traits.createsExclusively(),
                traits.resumption(),
                traits.maxObjectBytes(),
                traits.maxConnections());
    }

    private static Transport withTraits(Transport place, TransportTraits traits) {
        return new PassingPlace(place) {
            @Override
            public TransportTraits traits() {
                return traits;
            }
        };
    }

    /// The line breaks after so many bytes of a stream.
    private static Transport breaking(Transport place, int after) {
        return new PassingPlace(place) {
            @Override
            public StreamedObject putStreamed(
                    ObjectKey key,
                    ContentWriter writer,
                    PutMode mode,
                    UploadJournal journal,
                    Cancellation cancellation)
                    throws TransportException, CancelledException {
                ContentWriter cut =
                        out ->
                                writer.writeTo(
                                        new OutputStream() {
                                            private long passed;

                                            @Override
                                            public void write(int one) throws IOException {
                                                write(new byte[] {(byte) one}, 0, 1);
                                            }

                                            @Override
                                            public void write(byte[] bytes, int offset, int length)
                                                    throws IOException {
                                                passed += length;
                                                if (passed > after) {
                                                    throw new IOException("the line broke");
                                                }
                                                out.write(bytes, offset, length);
                                            }
                                        });
                try {
                    return super.putStreamed(key, cut, mode, journal, cancellation);
                } catch (TransportException _) {
                    throw new TransportException(
                            Kind.UNAVAILABLE, "put " + key + ": the line broke");
                }
            }
        };
    }

    @Test
    void afterAStreamThatBrokeTheFileIsSent() throws Exception {
        server.place = place -> breaking(place, 1_000);
        assertThatThrownBy(() -> server.backUp("bob"))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("the line broke");
        assertNothing();

        JobHandler.Ended ended = server.backUp(StreamServer.backupOf("bob"), 2);
        assertThat(server.local()).contains(ARCHIVE);
        server.upload(onlyUpload(ended));
        assertFar(INDEX, MANIFEST, ARCHIVE);
        assertManifestIsOf(server.far().resolve(ARCHIVE));
    }

    @Test
    void aFailureOfTheAccountIsToldAsItsOwn() throws Exception {
        failure =
                () -> {
                    throw new ComponentException("the data is damaged");
                };
        assertThat(server.backUp("bob").outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end -> assertThat(end.reason()).contains("the data is damaged"));
        assertNothing();
        IOException disk = new IOException("No space left on device");
        failure =
                () -> {
                    throw disk;
                };
        assertThatThrownBy(() -> server.backUp("bob")).isSameAs(disk);
        assertNothing();
        IllegalStateException bug = new IllegalStateException("a bug");
        failure =
                () -> {
                    throw bug;
                };
        assertThatThrownBy(() -> server.backUp("bob")).isSameAs(bug);
        assertNothing();
        assertThat(server.health.paused(DemoPlant.NOW)).isEmpty();
    }

    @Test
    void withoutItsManifestTheArchiveDoesNotStay() throws Exception {
        server.place =
                place ->
                        new PassingPlace(place) {
                            @Override
                            public ObjectInfo put(
                                    ObjectKey key,
                                    Content content,
                                    PutMode mode,
                                    UploadJournal journal,
                                    Cancellation cancellation)
                                    throws TransportException, CancelledException {
                                if (key.value().equals(MANIFEST)) {
                                    throw new TransportException(Kind.FULL, "no space there");
                                }
                                return super.put(key, content, mode, journal, cancellation);
                            }
                        };
        assertThatThrownBy(() -> server.backUp("bob")).hasMessageContaining("no space there");
        assertNothing();
    }

    @Test
    void whatIsReadBackDifferentlyDoesNotStay() throws Exception {
        server.place =
                place ->
                        new PassingPlace(place) {
                            @Override
                            public <R> R read(
                                    ObjectKey key,
                                    ByteRange range,
                                    ContentReader<R> reader,
                                    Cancellation cancellation)
                                    throws TransportException, CancelledException {
                                return super.read(
                                        key,
                                        range,
                                        in -> {
                                            byte[] bytes = in.readAllBytes();
                                            bytes[bytes.length / 2] ^= 1;
                                            return reader.read(new ByteArrayInputStream(bytes));
                                        },
                                        cancellation);
                            }
                        };
        assertThatThrownBy(() -> server.backUp("bob"))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("not what was sent");
        assertNothing();
    }

    @Test
    void aManifestWhoseUploadDiesCanBeTakenBack() throws Exception {
        server.place = place -> new Dying(place, MANIFEST);
        assertThatThrownBy(() -> server.backUp("bob")).hasMessageContaining("it died");
        assertThat(Dying.left(folder.resolve("uploads"))).containsExactly(new ObjectKey(MANIFEST));
    }

    /// As a process that died leaves it.
    @Test
    void theNextTryTakesBackWhatAKilledStreamLeft() throws Exception {
        Path left = server.far().resolve("2026-03-07/accounts/.packhorse-upload-of-the-dead");
        Files.createDirectories(left.getParent());
        Files.writeString(left, "half an archive");
        try (var journal =
                server.journals.open(StreamServer.FAR, new ObjectKey(ARCHIVE), "stream")) {
            journal.record(
                    new UploadState(
                            new TreeMap<>(
                                    Map.of(
                                            "protocol",
                                            "local",
                                            "temporary",
                                            server.far().relativize(left).toString()))));
        }
        assertThat(isStreamed(StreamServer.backupOf("bob"), 2)).isFalse();
        assertThat(left).doesNotExist();
        assertThat(StreamServer.files(folder.resolve("uploads"))).isEmpty();
    }
}
