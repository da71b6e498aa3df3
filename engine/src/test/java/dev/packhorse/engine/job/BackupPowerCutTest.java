package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveTotals;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.faults.RecordedDisk;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.RecordedPath;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.UploadJournal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Power that goes while archives are written, linked, replaced, uploaded to a folder and pruned,
/// on one disk with the store: a row of the catalog never names an archive that is missing, short
/// or unproven. The packing of homes goes through the system directly, which this does not see;
/// what it writes to is the same open file.
class BackupPowerCutTest {
    private static final int CUTS = Integer.getInteger("packhorse.power.cuts", 24);
    private static final LocalDate DATE = LocalDate.parse("2026-03-07");
    private static final Instant NOW = Instant.parse("2026-03-07T09:00:00Z");
    private static final DestinationId FAR = new DestinationId("A".repeat(24));
    private static final Duration LEASE = Duration.ofMinutes(1);

    @TempDir private Path folder;
    private final ManifestMac mac = new ManifestMac(new byte[ManifestMac.KEY_BYTES]);
    private final List<Kept> kept = new ArrayList<>();

    /// A restore point whose end of job was acknowledged.
    private record Kept(int mark, RestorePoint point) {}

    @Test
    void noRestorePointIsMissingOrShort() throws Exception {
        Path plain = Files.createDirectory(folder.resolve("disk"));
        for (String name : List.of("store", "backup", "far")) {
            Files.createDirectory(plain.resolve(name));
        }
        RecordedDisk disk = RecordedDisk.of(plain);
        int opened;
        try (Store store =
                RecordedPath.open(plain.resolve("store"), disk.root().resolve("store"))) {
            opened = disk.now();
            for (int round = 0; round < 2; round++) {
                for (String account : List.of("alice", "bob")) {
                    backUp(store, disk, new AccountName(account), "round " + round + account);
                }
            }
            prune(store, disk);
        }
        int step = (disk.now() - opened) * 3 / CUTS | 1;
        int cuts = disk.cut(opened, step, 3, folder, this::assertPointsAreWhole);
        System.out.printf("figure: %d power cuts, %d restore points%n", cuts, kept.size());
        assertThat(cuts).isGreaterThanOrEqualTo(CUTS / 2);
        assertThat(kept).hasSize(8);
    }

    private static ObjectKey key(AccountName account) {
        return BackupDirectory.archiveKey(Tier.DAILY, DATE, account, ".tar.gz");
    }

    private static byte[] content(String text) {
        return text.repeat(2_000).getBytes(StandardCharsets.US_ASCII);
    }

    private static RestorePoint point(AccountName account, DestinationId place, byte[] content)
            throws Exception {
        return new RestorePoint(
                account,
                place,
                Tier.DAILY,
                DATE,
                key(account),
                content.length,
                Sha256.of(new java.io.ByteArrayInputStream(content)),
                NOW,
                "node1");
    }

    private byte[] manifest(RestorePoint point) {
        return ManifestJson.write(
                mac.seal(
                        new Manifest(
                                Manifest.FORMAT,
                                point.account(),
                                NOW,
                                "node1",
                                new Manifest.ArchiveFile(
                                        point.archive().name(), point.sizeBytes(), point.sha256()),
                                List.of(),
                                new ArchiveTotals(1, 2, 3, 4),
                                new TreeMap<>())));
    }

    private void backUp(Store store, RecordedDisk disk, AccountName account, String text)
            throws Exception {
        JdbcJobQueue queue =
                new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none());
        BackupDirectory directory = new BackupDirectory(disk.root().resolve("backup"));
        byte[] content = content(text);
        RestorePoint here = point(account, DestinationId.LOCAL, content);
        queue.enqueue(JobRequest.of(JobKind.BACKUP, account.value(), "root", "{}"));
        Lease lease = queue.claim("w", "n", Set.of(JobKind.BACKUP), LEASE).orElseThrow();
        try (BackupDirectory.Pending pending = directory.begin(key(account), lease.job().id())) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                pending.file().write(bytes);
            }
            pending.publish(manifest(here));
        }
        JobRequest upload = JobRequest.of(JobKind.UPLOAD, account.value(), "root", "{}");
        queue.finish(
                lease,
                new JobOutcome.Succeeded("{}"),
                new FollowUp(List.of(here), List.of(upload)));
        kept.add(new Kept(disk.now(), here));
        upload(queue, disk, directory, here);
    }

    private void upload(
            JdbcJobQueue queue, RecordedDisk disk, BackupDirectory directory, RestorePoint here)
            throws Exception {
        Lease lease = queue.claim("w", "n", Set.of(JobKind.UPLOAD), LEASE).orElseThrow();
        try (Transport far = new LocalTransport(disk.root().resolve("far"))) {
            put(far, directory, here.archive());
            put(far, directory, BackupDirectory.manifestKey(here.archive()));
        }
        RestorePoint there =
                new RestorePoint(
                        here.account(),
                        FAR,
                        here.tier(),
                        here.date(),
                        here.archive(),
                        here.sizeBytes(),
                        here.sha256(),
                        NOW,
                        "node1");
        queue.finish(
                lease, new JobOutcome.Succeeded("{}"), new FollowUp(List.of(there), List.of()));
        kept.add(new Kept(disk.now(), there));
    }

    private static void put(Transport far, BackupDirectory directory, ObjectKey key)
            throws Exception {
        far.put(
                key,
                FileContent.of(directory.place(key)),
                PutMode.REPLACE,
                UploadJournal.none(),
                Cancellation.never());
    }

    /// As the prune handler does it: marked, removed, forgotten.
    private static void prune(Store store, RecordedDisk disk) throws Exception {
        JdbcCatalog catalog = new JdbcCatalog(store);
        AccountName account = new AccountName("alice");
        RestorePoint point = catalog.find(account, DestinationId.LOCAL, DATE).orElseThrow();
        catalog.markDeleting(point);
        new BackupDirectory(disk.root().resolve("backup")).delete(point.archive());
        catalog.drop(point);
    }

    private void assertPointsAreWhole(Path root, int made) throws Exception {
        try (Store store = TestStore.h2(root.resolve("store"));
                Transport far = new LocalTransport(root.resolve("far"))) {
            JdbcCatalog catalog = new JdbcCatalog(store);
            for (String name : List.of("alice", "bob")) {
                AccountName account = new AccountName(name);
                List<RestorePoint> points = catalog.ofAccount(account);
                for (RestorePoint point : points) {
                    assertWhole(root, far, point);
                }
                if (name.equals("bob")) {
                    assertThat(points.stream().map(RestorePoint::destination))
                            .containsAll(acknowledged(account, made));
                }
            }
        }
    }

    private List<DestinationId> acknowledged(AccountName account, int made) {
        return kept.stream()
                .filter(one -> one.mark() <= made && one.point().account().equals(account))
                .map(one -> one.point().destination())
                .distinct()
                .toList();
    }

    private void assertWhole(Path root, Transport far, RestorePoint point) throws Exception {
        boolean local = point.destination().equals(DestinationId.LOCAL);
        Path archive = root.resolve(local ? "backup" : "far").resolve(point.archive().value());
        String there = Sha256.of(archive);
        RestorePoint found =
                kept.stream()
                        .map(Kept::point)
                        .filter(one -> one.sha256().equals(there))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("not as any was: " + point));
        if (local) {
            byte[] manifest =
                    PointManifest.here(new BackupDirectory(root.resolve("backup")), found);
            assertThat(PointManifest.speaksOf(manifest, there)).isTrue();
        } else {
            assertThat(far.stat(point.archive()).orElseThrow().sizeBytes())
                    .isEqualTo(Files.size(archive));
        }
    }
}
