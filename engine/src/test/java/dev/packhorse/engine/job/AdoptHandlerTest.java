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

    @TempDir private Path folder;
    private final DestinationId id = DestinationId.random();
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
        destinations.add(
                new Destination(
                        id,
                        DestinationType.CUSTOM,
                        "far",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Remote(
                                new TreeMap<>(Map.of("script", "/x")), new TreeMap<>())));
        pins = new PinStore(folder.resolve("pins.yaml"));
        record = new RetentionRecord(folder.resolve("retention.yaml"));
        handler =
                new AdoptHandler(
                        new Adoption(catalog, pins, record, () -> NOW),
                        destinations,
                        any -> new LocalTransport(far),
                        ours);
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
        return ManifestJson.write(
                mac.seal(
                        new Manifest(
                                Manifest.FORMAT,
                                new AccountName(account),
                                NOW,
                                "node1",
                                new Manifest.ArchiveFile(name, size, DIGEST),
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
        return handler.run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.ADOPT,
                                id.value(),
                                new AdoptArguments(id.value()),
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
        record.pruned(id, 3);
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
                        "2026-03-01/accounts/sub/demo.tar.gz")) {
            write(new ObjectKey(name), "x".getBytes(UTF_8));
        }
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
