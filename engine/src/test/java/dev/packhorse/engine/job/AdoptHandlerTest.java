package dev.packhorse.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveTotals;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdoptHandlerTest {
    private static final Instant NOW = Instant.parse("2026-03-07T09:00:00Z");
    private static final String DIGEST = "ab".repeat(32);
    private static final String OTHER = "cd".repeat(32);

    @TempDir private Path folder;
    private final DestinationId id = DestinationId.random();
    private final DestinationId withTrees = DestinationId.random();
    private final ManifestMac ours = new ManifestMac(new byte[32]);
    private final ManifestMac theirs = new ManifestMac(DIGEST.substring(0, 32).getBytes(UTF_8));
    private Path far;
    private Store store;
    private JdbcCatalog catalog;
    private AdoptHandler handler;
    private PinStore pins;
    private RetentionRecord record;

    @BeforeEach
    void server() throws Exception {
        store = TestStore.h2(folder);
        catalog = new JdbcCatalog(store);
        far = Files.createDirectory(folder.resolve("far"));
        DestinationStore destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(destination(id, DestinationType.CUSTOM, "far", Map.of("script", "/x")));
        destinations.add(
                destination(
                        withTrees,
                        DestinationType.RSYNC,
                        "trees",
                        Map.of(
                                "host",
                                "127.0.0.1",
                                "port",
                                "22",
                                "username",
                                "x",
                                "authtype",
                                "key",
                                "privatekey",
                                "/x")));
        pins = new PinStore(folder.resolve("pins.yaml"));
        record = new RetentionRecord(folder.resolve("retention.yaml"));
        handler =
                new AdoptHandler(
                        new Adoption(catalog, pins, record, () -> NOW),
                        destinations,
                        each ->
                                each.type().keepsTrees()
                                        ? new MarkedPlace(far)
                                        : new LocalTransport(far),
                        ours);
    }

    private static Destination destination(
            DestinationId id, DestinationType type, String name, Map<String, String> values) {
        return new Destination(
                id,
                type,
                name,
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Remote(new TreeMap<>(values), new TreeMap<>()));
    }

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    private ObjectKey store(Tier tier, String date, String account, ManifestMac mac)
            throws IOException {
        ObjectKey key =
                BackupDirectory.archiveKey(
                        tier, LocalDate.parse(date), new AccountName(account), ".tar.gz");
        write(key, "an archive".getBytes(UTF_8));
        write(BackupDirectory.manifestKey(key), manifest(account, key.name(), 10, mac));
        return key;
    }

    /// A tree of seven bytes.
    private ObjectKey storeTree(String date, String account, ManifestMac mac) throws IOException {
        ObjectKey key =
                BackupDirectory.archiveKey(
                        Tier.DAILY, LocalDate.parse(date), new AccountName(account), "");
        write(key, MarkedPlace.mark(DIGEST));
        write(BackupDirectory.manifestKey(key), manifest(account, key.name(), 7, mac));
        return key;
    }

    private byte[] manifest(String account, String name, String label) {
        Manifest plain =
                new Manifest(
                        Manifest.FORMAT,
                        new AccountName(account),
                        NOW,
                        "node1",
                        new Manifest.ArchiveFile(name, 10, DIGEST),
                        List.of(),
                        new ArchiveTotals(1, 2, 3, 4),
                        new TreeMap<>(),
                        label);
        return ManifestJson.write(ours.seal(plain));
    }

    private byte[] manifest(String account, String name, long size, ManifestMac mac) {
        return manifest(account, name, size, mac, DIGEST, NOW);
    }

    private static byte[] manifest(
            String account,
            String name,
            long size,
            ManifestMac mac,
            String digest,
            Instant created) {
        return ManifestJson.write(
                mac.seal(
                        new Manifest(
                                Manifest.FORMAT,
                                new AccountName(account),
                                created,
                                "node1",
                                new Manifest.ArchiveFile(name, size, digest),
                                List.of(),
                                new ArchiveTotals(1, 2, 3, 4),
                                new TreeMap<>())));
    }

    private void write(ObjectKey key, byte[] content) throws IOException {
        Path file = far.resolve(key.value());
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private JobOutcome adopt(Cancellation cancellation) throws IOException {
        return adopt(id, cancellation);
    }

    private JobOutcome adopt(DestinationId from, Cancellation cancellation) throws IOException {
        return handler.run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.ADOPT,
                                from.value(),
                                new AdoptArguments(from.value()),
                                NOW,
                                cancellation))
                .outcome();
    }

    private List<RestorePoint> points(String account) {
        return catalog.ofAccount(new AccountName(account));
    }

    private static AdoptResult result(JobOutcome.Succeeded succeeded) {
        return JobJson.read(succeeded.result(), AdoptResult.class);
    }

    @Test
    void whatBearsALabelIsPinnedAgainAndNothingIsPrunedUnasked() throws Exception {
        ObjectKey key = store(Tier.DAILY, "2026-03-01", "demo", ours);
        write(BackupDirectory.manifestKey(key), manifest("demo", key.name(), "before upgrade"));
        store(Tier.DAILY, "2026-03-02", "demo", ours);
        ObjectKey limited = store(Tier.DAILY, "2026-03-03", "demo", ours);
        write(BackupDirectory.manifestKey(limited), manifest("demo", limited.name(), "for a week"));
        Pin kept =
                new Pin(
                        new AccountName("demo"),
                        LocalDate.parse("2026-03-03"),
                        Optional.empty(),
                        Optional.of(LocalDate.parse("2026-03-10")));
        pins.add(kept);

        adopt(Cancellation.never());

        Pin labelled =
                new Pin(
                        new AccountName("demo"),
                        LocalDate.parse("2026-03-01"),
                        Optional.empty(),
                        Optional.empty());
        assertThat(pins.all()).containsExactly(labelled, kept);
        assertThat(record.adopted(id)).contains(NOW);

        pins.remove(labelled);
        record.confirm(id, NOW, NOW);
        adopt(Cancellation.never());
        assertThat(pins.all()).as("what is known is not pinned again").containsExactly(kept);
        assertThat(record.adopted(id)).isEmpty();
    }

    @Test
    void whatLiesThereIsInTheCatalogAfterwards() throws Exception {
        ObjectKey key = store(Tier.WEEKLY, "2026-03-01", "demo", ours);
        store(Tier.DAILY, "2026-03-02", "demo", theirs);
        store(Tier.MONTHLY, "2026-02-28", "other", ours);

        assertThat(adopt(Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Succeeded.class,
                        end ->
                                assertThat(result(end))
                                        .isEqualTo(new AdoptResult(3, 3, 2, 1, List.of(), 0)));
        assertThat(points("demo")).hasSize(2);
        assertThat(points("demo").getLast())
                .isEqualTo(
                        new RestorePoint(
                                new AccountName("demo"),
                                id,
                                Tier.WEEKLY,
                                LocalDate.parse("2026-03-01"),
                                key,
                                10,
                                DIGEST,
                                NOW,
                                "node1"));
    }

    @Test
    void whatIsKnownIsNotAskedForAgain() throws Exception {
        ObjectKey key = store(Tier.DAILY, "2026-03-01", "demo", ours);
        adopt(Cancellation.never());
        Files.delete(far.resolve(BackupDirectory.manifestKey(key).value()));

        assertThat(adopt(Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Succeeded.class,
                        end ->
                                assertThat(result(end))
                                        .isEqualTo(new AdoptResult(1, 0, 0, 0, List.of(), 0)));
    }

    @Test
    void whatNoManifestSpeaksForIsNamedAndLeftOut() throws Exception {
        store(Tier.DAILY, "2026-03-01", "whole", ours);
        Files.delete(
                far.resolve(
                        BackupDirectory.manifestKey(store(Tier.DAILY, "2026-03-01", "bare", ours))
                                .value()));
        ObjectKey damaged = store(Tier.DAILY, "2026-03-01", "damaged", ours);
        write(BackupDirectory.manifestKey(damaged), "{".getBytes(UTF_8));
        ObjectKey shorter = store(Tier.DAILY, "2026-03-01", "shorter", ours);
        write(shorter, "an arch".getBytes(UTF_8));
        ObjectKey anothers = store(Tier.DAILY, "2026-03-01", "anothers", ours);
        write(
                BackupDirectory.manifestKey(anothers),
                manifest("whole", "anothers.tar.gz", 10, ours));

        assertThat(adopt(Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end -> {
                            AdoptResult result = JobJson.read(end.result(), AdoptResult.class);
                            assertThat(result.adopted()).isEqualTo(1);
                            assertThat(result.leftOut())
                                    .containsExactlyInAnyOrder(
                                            "2026-03-01/accounts/bare.tar.gz: it has no manifest",
                                            "2026-03-01/accounts/damaged.tar.gz: its manifest is damaged",
                                            "2026-03-01/accounts/shorter.tar.gz: its manifest is that of another archive",
                                            "2026-03-01/accounts/anothers.tar.gz: its manifest is that of another archive");
                        });
        assertThat(points("bare")).isEmpty();
        assertThat(points("anothers")).isEmpty();
    }

    /// Archives of ours that somebody put where others were.
    @Test
    void earlierArchivesInThePlaceOfLaterOnesAreLeftOut() throws Exception {
        ObjectKey ofAnotherDay = store(Tier.DAILY, "2026-03-07", "old", ours);
        write(
                BackupDirectory.manifestKey(ofAnotherDay),
                manifest("old", "old.tar.gz", 10, ours, DIGEST, NOW.minus(Duration.ofDays(3))));
        ObjectKey earlier = store(Tier.DAILY, "2026-03-07", "known", ours);
        adopt(Cancellation.never());
        List<RestorePoint> before = points("known");
        write(earlier, "an archive of the morning".getBytes(UTF_8));
        write(
                BackupDirectory.manifestKey(earlier),
                manifest("known", "known.tar.gz", 25, ours, OTHER, NOW.minusSeconds(1)));

        assertThat(adopt(Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end ->
                                assertThat(JobJson.read(end.result(), AdoptResult.class).leftOut())
                                        .containsExactlyInAnyOrder(
                                                "2026-03-07/accounts/old.tar.gz: it was packed at 2026-03-04T09:00:00Z, before what was stored there",
                                                "2026-03-07/accounts/known.tar.gz: it was packed at 2026-03-07T08:59:59Z, before what was stored there"));
        assertThat(points("old")).isEmpty();
        assertThat(points("known")).isEqualTo(before);

        write(
                BackupDirectory.manifestKey(earlier),
                manifest("known", "known.tar.gz", 25, ours, OTHER, NOW.plusSeconds(1)));
        adopt(Cancellation.never());
        assertThat(points("known")).extracting(RestorePoint::sha256).containsExactly(OTHER);
    }

    @Test
    void foreignNamesAreNotSeen() throws Exception {
        for (String name :
                List.of(
                        "notes.txt",
                        "2026-03-01/demo.tar.gz",
                        "2026-13-01/accounts/demo.tar.gz",
                        "yearly/2026-03-01/accounts/demo.tar.gz",
                        "2026-03-01/accounts/root.tar.gz",
                        "2026-03-01/accounts/Demo.tar.gz",
                        "2026-03-01/accounts/demo.zip",
                        "2026-03-01/accounts/sub/demo.tar.gz",
                        "packhorse-upload-slots/held-0123456789abcdef-%s-1"
                                .formatted("ab".repeat(16)))) {
            write(new ObjectKey(name), "x".getBytes(UTF_8));
        }
        assertThat(adopt(Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Succeeded.class,
                        end -> assertThat(result(end).found()).isZero());
    }

    @Test
    void treesAreTakenUpByTheirMarks() throws Exception {
        ObjectKey tree = storeTree("2026-03-02", "demo", ours);
        storeTree("2026-03-01", "demo", theirs);
        store(Tier.DAILY, "2026-03-01", "packed", ours);

        assertThat(adopt(withTrees, Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Succeeded.class,
                        end ->
                                assertThat(result(end))
                                        .isEqualTo(new AdoptResult(3, 3, 2, 1, List.of(), 0)));
        assertThat(points("demo").getFirst())
                .isEqualTo(
                        new RestorePoint(
                                new AccountName("demo"),
                                withTrees,
                                Tier.DAILY,
                                LocalDate.parse("2026-03-02"),
                                tree,
                                7,
                                DIGEST,
                                NOW,
                                "node1"));

        Files.delete(far.resolve(BackupDirectory.manifestKey(tree).value()));
        assertThat(adopt(withTrees, Cancellation.never()))
                .as("what is known")
                .isInstanceOfSatisfying(
                        JobOutcome.Succeeded.class,
                        end ->
                                assertThat(result(end))
                                        .isEqualTo(new AdoptResult(3, 0, 0, 0, List.of(), 0)));
    }

    @Test
    void aTreeThatItsManifestDoesNotFitIsLeftOut() throws Exception {
        String other = "cd".repeat(32);
        write(storeTree("2026-03-01", "other", ours), MarkedPlace.mark(other));
        write(storeTree("2026-03-01", "nomark", ours), "a note".getBytes(UTF_8));
        ObjectKey bare = storeTree("2026-03-01", "bare", ours);
        Files.delete(far.resolve(BackupDirectory.manifestKey(bare).value()));
        ObjectKey packed = storeTree("2026-03-01", "packed", ours);
        write(BackupDirectory.manifestKey(packed), manifest("packed", "packed.tar.gz", 7, ours));
        ObjectKey anothers = storeTree("2026-03-01", "anothers", ours);
        write(BackupDirectory.manifestKey(anothers), manifest("demo", "anothers", 7, ours));

        assertThat(adopt(withTrees, Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end ->
                                assertThat(JobJson.read(end.result(), AdoptResult.class).leftOut())
                                        .containsExactlyInAnyOrder(
                                                "2026-03-01/accounts/other: its manifest is that of another archive",
                                                "2026-03-01/accounts/nomark: no tree is there that it could be the mark of",
                                                "2026-03-01/accounts/bare: it has no manifest",
                                                "2026-03-01/accounts/packed: its manifest is that of another archive",
                                                "2026-03-01/accounts/anothers: its manifest is that of another archive"));
        for (String account : List.of("other", "nomark", "bare", "packed", "anothers")) {
            assertThat(points(account)).isEmpty();
        }
    }

    @Test
    void whatWasToBeReplacedIsTakenUpByTheManifestThatWasKept() throws Exception {
        String newer = "cd".repeat(32);
        ObjectKey tree = storeTree("2026-03-01", "demo", ours);
        write(
                BackupDirectory.previousManifestKey(tree),
                Files.readAllBytes(far.resolve(BackupDirectory.manifestKey(tree).value())));
        write(BackupDirectory.manifestKey(tree), manifest("demo", "demo", 9, ours, newer, NOW));

        assertThat(adopt(withTrees, Cancellation.never())).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(points("demo")).extracting(RestorePoint::sha256).containsExactly(DIGEST);

        write(tree, MarkedPlace.mark(newer));
        adopt(withTrees, Cancellation.never());
        assertThat(points("demo"))
                .as("once the other tree has its place")
                .extracting(RestorePoint::sha256)
                .containsExactly(newer);
    }

    @Test
    void aFileWithTheNameOfAnAccountIsNoTreeWhereNoneAreKept() throws Exception {
        storeTree("2026-03-01", "demo", ours);
        assertThat(adopt(Cancellation.never()))
                .isInstanceOfSatisfying(
                        JobOutcome.Succeeded.class,
                        end -> assertThat(result(end).found()).isZero());
    }

    @Test
    void aCancelledOneEndsAsCancelled() throws Exception {
        store(Tier.DAILY, "2026-03-01", "demo", ours);
        CancellationSource cancelled = new CancellationSource();
        cancelled.request();
        assertThat(adopt(cancelled)).isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(points("demo")).isEmpty();
    }
}
