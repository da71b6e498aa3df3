package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveTotals;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.faults.Faults;
import dev.packhorse.engine.faults.FaultyFiles;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An archive that takes the place of another of the same date, with one call to the file system
/// that fails: whichever archive is there afterwards is proven by a manifest.
class ReplacedArchiveTest {
    private static final AccountName DEMO = new AccountName("demo");
    private static final LocalDate DATE = LocalDate.parse("2026-03-07");
    private static final Instant NOW = Instant.parse("2026-03-07T09:00:00Z");
    private static final ObjectKey DAILY =
            BackupDirectory.archiveKey(Tier.DAILY, DATE, DEMO, ".tar.gz");
    private static final ObjectKey WEEKLY =
            BackupDirectory.archiveKey(Tier.WEEKLY, DATE, DEMO, ".tar.gz");

    @TempDir private Path folder;
    private final ManifestMac mac = new ManifestMac(new byte[ManifestMac.KEY_BYTES]);
    private int rounds;

    private byte[] manifest(Path archive) throws IOException {
        return ManifestJson.write(
                mac.seal(
                        new Manifest(
                                Manifest.FORMAT,
                                DEMO,
                                NOW,
                                "node1",
                                new Manifest.ArchiveFile(
                                        DAILY.name(), Files.size(archive), Sha256.of(archive)),
                                List.of(),
                                new ArchiveTotals(1, 2, 3, 4),
                                new TreeMap<>())));
    }

    private Path sample(String text) throws IOException {
        return Files.writeString(folder.resolve("sample-" + text), text);
    }

    /// Publishes an archive and links it into the weekly calendar.
    private void publish(BackupDirectory directory, String text) throws IOException {
        JobId job = JobId.random();
        Path sample = sample(text);
        try (BackupDirectory.Pending pending = directory.begin(DAILY, job)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                pending.file().write(bytes);
            }
            pending.index()
                    .write(
                            ByteBuffer.wrap(
                                    ("index of " + text).getBytes(StandardCharsets.US_ASCII)));
            pending.publish(manifest(sample));
        }
        directory.link(DAILY, WEEKLY, job);
    }

    private static RestorePoint point(BackupDirectory directory, ObjectKey key) throws IOException {
        Path archive = directory.place(key);
        return new RestorePoint(
                DEMO,
                DestinationId.LOCAL,
                Tier.DAILY,
                DATE,
                key,
                Files.size(archive),
                Sha256.of(archive),
                NOW,
                "node1");
    }

    /// @return the text of the archive at a key
    private static String proven(BackupDirectory directory, ObjectKey key) throws IOException {
        RestorePoint point = point(directory, key);
        assertThat(PointManifest.speaksOf(PointManifest.here(directory, point), point.sha256()))
                .as("%s is %s and has no manifest", key, Files.readString(directory.place(key)))
                .isTrue();
        return Files.readString(directory.place(key));
    }

    private BackupDirectory fresh() throws IOException {
        BackupDirectory directory = new BackupDirectory(folder.resolve("round-" + rounds++));
        publish(directory, "first");
        return directory;
    }

    @ParameterizedTest
    @EnumSource
    void whicheverArchiveIsThereIsProven(Faults.Kind kind) throws Exception {
        int failures = 0;
        for (boolean failed = true; failed; ) {
            BackupDirectory directory = fresh();
            Faults faults = new Faults(kind, failures + 1);
            replace(directory, faults, "another");
            failed = faults.failed();
            failures += failed ? 1 : 0;
            assertThat(proven(directory, DAILY)).isIn("first", "another");
            assertThat(proven(directory, WEEKLY)).isIn("first", "another");
        }
        assertThat(failures).isGreaterThan(20);
        System.out.printf(
                "figure: %d calls failed while an archive was replaced (%s)%n", failures, kind);
    }

    /// The second failure meets what the first has left. Not each pair, since there are thousands.
    @ParameterizedTest
    @EnumSource
    void soItIsAfterTwoFailures(Faults.Kind kind) throws Exception {
        for (int round = 0; round < 20; round++) {
            BackupDirectory directory = fresh();
            replace(directory, new Faults(kind, 1 + 2 * round), "another");
            replace(directory, new Faults(kind, 1 + round * 17 % 40), "the third");
            assertThat(proven(directory, DAILY)).isIn("first", "another", "the third");
            assertThat(proven(directory, WEEKLY)).isIn("first", "another", "the third");
        }
        System.out.printf("figure: 20 pairs of calls failed (%s)%n", kind);
    }

    private void replace(BackupDirectory directory, Faults faults, String text) {
        try {
            publish(new BackupDirectory(FaultyFiles.of(directory.root(), faults)), text);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("failed by the test");
        }
    }

    @Test
    void aLinkThatIsThereAlreadyLeavesNothingUnderWay() throws Exception {
        BackupDirectory directory = fresh();
        directory.link(DAILY, WEEKLY, JobId.random());
        try (var files = Files.walk(directory.root())) {
            assertThat(files)
                    .noneMatch(file ->
                            file.getFileName().toString().startsWith(BackupDirectory.PARTIAL));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRemovalThatFailsCanBeDoneAgain(Faults.Kind kind) throws Exception {
        int failures = 0;
        for (boolean failed = true; failed; ) {
            BackupDirectory directory = fresh();
            Faults faults = new Faults(kind, failures + 1);
            try {
                new BackupDirectory(FaultyFiles.of(directory.root(), faults)).delete(DAILY);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("failed by the test");
            }
            failed = faults.failed();
            failures += failed ? 1 : 0;
            directory.delete(DAILY);
            assertThat(directory.place(DAILY)).doesNotExist();
            assertThat(directory.place(BackupDirectory.manifestKey(DAILY))).doesNotExist();
            assertThat(directory.place(BackupDirectory.indexKey(DAILY))).doesNotExist();
            assertThat(proven(directory, WEEKLY)).isEqualTo("first");
        }
        assertThat(failures).isPositive();
    }

    private static byte[] put(Transport place, ObjectKey key, byte[] bytes) throws IOException {
        Path file = Files.createTempFile("manifest", ".json");
        try {
            Files.write(file, bytes);
            place.put(
                    key,
                    FileContent.of(file),
                    PutMode.REPLACE,
                    UploadJournal.none(),
                    Cancellation.never());
        } finally {
            Files.delete(file);
        }
        return bytes;
    }

    private RestorePoint far(String text) throws IOException {
        Path sample = sample(text);
        return new RestorePoint(
                DEMO,
                DestinationId.random(),
                Tier.DAILY,
                DATE,
                DAILY,
                Files.size(sample),
                Sha256.of(sample),
                NOW,
                "node1");
    }

    private boolean keep(Transport place, RestorePoint next, Optional<RestorePoint> there)
            throws IOException {
        return FarReplacement.keepManifest(
                new JournaledPuts(
                        new UploadJournals(folder.resolve("uploads")),
                        next.destination(),
                        place,
                        Cancellation.never()),
                DAILY,
                next.sha256(),
                there.map(RestorePoint::sha256));
    }

    @Test
    void whatADestinationHasStaysProvenWhileUploadsToItFail() throws Exception {
        RestorePoint first = far("first");
        RestorePoint second = far("another");
        RestorePoint third = far("the third");
        ObjectKey manifest = BackupDirectory.manifestKey(DAILY);
        for (Optional<RestorePoint> there :
                List.of(Optional.of(first), Optional.<RestorePoint>empty())) {
            try (Transport place =
                    new LocalTransport(
                            Files.createDirectory(folder.resolve("far-" + there.isPresent())))) {
                assertThat(keep(place, first, Optional.empty())).isFalse();
                byte[] ofFirst = put(place, manifest, manifest(sample("first")));
                // The same upload again.
                assertThat(keep(place, first, Optional.empty())).isTrue();
                assertThat(place.stat(BackupDirectory.previousManifestKey(DAILY))).isEmpty();

                for (RestorePoint next : List.of(second, second, third, second)) {
                    assertThat(keep(place, next, there)).isTrue();
                    put(
                            place,
                            manifest,
                            manifest(sample(next.equals(third) ? "the third" : "another")));
                    assertThat(PointManifest.at(place, first, Cancellation.never()))
                            .isEqualTo(ofFirst);
                }
                place.delete(BackupDirectory.previousManifestKey(DAILY));
                assertThat(PointManifest.at(place, second, Cancellation.never()))
                        .isEqualTo(manifest(sample("another")));
            }
        }
    }

    /// The second archive arrived, and the job that sent it could not say so.
    @Test
    void soDoesWhatArrivedWithoutTheCatalogKnowing() throws Exception {
        ObjectKey manifest = BackupDirectory.manifestKey(DAILY);
        Optional<RestorePoint> known = Optional.of(far("first"));
        RestorePoint second = far("another");
        try (Transport place = new LocalTransport(Files.createDirectory(folder.resolve("far")))) {
            put(place, DAILY, Files.readAllBytes(sample("first")));
            byte[] ofFirst = put(place, manifest, manifest(sample("first")));
            keep(place, second, known);
            byte[] ofSecond = put(place, manifest, manifest(sample("another")));
            assertThat(PointManifest.at(place, known.get(), Cancellation.never()))
                    .isEqualTo(ofFirst);
            put(place, DAILY, Files.readAllBytes(sample("another")));
            keep(place, second, known);

            for (String text : List.of("the third", "the fourth one", "another")) {
                keep(place, far(text), known);
                put(place, manifest, manifest(sample(text)));
                assertThat(PointManifest.at(place, second, Cancellation.never()))
                        .as("while %s takes its place", text)
                        .isEqualTo(ofSecond);
            }
        }
    }
}
