package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.JobKind.Stage;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.run.PoolSettings;
import dev.packhorse.engine.run.WorkSignal;
import dev.packhorse.engine.run.WorkerPool;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run with two destinations of which one does not take anything for a long time, in which the
/// backup directory has room for a few archives only. Needs root.
class SlowDestinationTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final DestinationId FAST = DestinationId.random();
    private static final DestinationId SLOW = DestinationId.random();
    private static final DestinationId SLOW_TOO = DestinationId.random();

    @TempDir Path folder;
    private final WorkSignal signal = new WorkSignal();
    private final CountDownLatch slowTakes = new CountDownLatch(1);
    private final AtomicLong most = new AtomicLong();
    private DemoPlant demo;
    private Store store;
    private JdbcJobQueue queue;
    private JdbcCatalog catalog;
    private ServerBackups backups;
    private DestinationStore destinations;
    private final List<WorkerPool> pools = new ArrayList<>();

    @BeforeEach
    void server() throws Exception {
        demo = new DemoPlant(folder);
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, InstantSource.system(), signal);
        catalog = new JdbcCatalog(store);
        HostRoot root = new HostRoot(demo.server);
        BackupConfigFile config = new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH));
        config.update(Map.of(ConfigKey.KEEPLOCAL, "0"));
        backups = new ServerBackups(root, config);
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(destination(FAST, "fast"));
        destinations.add(destination(SLOW, "slow"));
    }

    @AfterEach
    void stop() throws Exception {
        slowTakes.countDown();
        pools.forEach(WorkerPool::close);
        store.close();
    }

    private static Destination destination(DestinationId id, String name) {
        return new Destination(
                id,
                DestinationType.CUSTOM,
                name,
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Remote(
                        new TreeMap<>(Map.of("script", "/" + name)), new TreeMap<>()));
    }

    /// Takes no archive before it is told to.
    private final class Slow extends PassingPlace {
        Slow(Transport place) {
            super(place);
        }

        @Override
        public ObjectInfo put(
                ObjectKey key,
                Content content,
                PutMode mode,
                UploadJournal journal,
                Cancellation cancellation)
                throws TransportException, CancelledException {
            try {
                slowTakes.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return super.put(key, content, mode, journal, cancellation);
        }
    }

    private Transport open(Destination destination) throws TransportException {
        try {
            Path place = Files.createDirectories(far(destination.id()));
            Transport local = new LocalTransport(place);
            return destination.id().equals(FAST) ? local : new Slow(local);
        } catch (IOException e) {
            throw new TransportException(Kind.UNAVAILABLE, "no folder", e);
        }
    }

    private Path far(DestinationId id) {
        return folder.resolve("far").resolve(id.value());
    }

    /// The accounts of the run: all whose archives are about as large as the others'.
    private List<AccountName> accounts() throws IOException {
        return demo.plant.services().accounts().names().stream()
                .filter(account -> !account.value().equals("alice"))
                .toList();
    }

    /// The size of the largest archive, measured by packing.
    private long largest() throws Exception {
        long largest = 0;
        for (AccountName account : accounts()) {
            demo.run(DemoPlant.usual(account.value()));
            Path archive = demo.server.resolve("home/cpmove-" + account + ".tar.gz");
            largest = Math.max(largest, Files.size(archive));
            Files.delete(archive);
        }
        return largest;
    }

    private void start(long limitBytes) throws IOException {
        LocalRelease release = new LocalRelease(backups, queue, catalog, destinations, this::open);
        PackingRoom room =
                new PackingRoom(
                        backups,
                        queue,
                        catalog,
                        release,
                        _ -> Long.MAX_VALUE / 2,
                        new ByteSize(limitBytes),
                        InstantSource.system());
        Notices notices =
                new Notices(
                        new ImportanceStore(folder.resolve("importances.yaml")),
                        List.of(),
                        Duration.ofHours(24),
                        queue,
                        "node1");
        PoolSettings usual = PoolSettings.of("node1", Map.of(Stage.PACK, 2, Stage.UPLOAD, 4));
        WorkerPool pool =
                new WorkerPool(
                        queue,
                        signal,
                        List.of(
                                new BackupHandler(
                                        demo.plant,
                                        backups,
                                        destinations,
                                        room,
                                        new PinStore(folder.resolve("pins.yaml")),
                                        new RetentionRecord(folder.resolve("retention.yaml"))),
                                new UploadHandler(
                                        backups,
                                        destinations,
                                        this::open,
                                        new UploadJournals(folder.resolve("uploads")),
                                        catalog,
                                        queue,
                                        new UploadSources(
                                                backups,
                                                catalog,
                                                destinations,
                                                this::open,
                                                demo.plant.staging()),
                                        release,
                                        new UploadHandler.Watching(
                                                new DestinationHealth(),
                                                notices,
                                                new TransferMeter()),
                                        InstantSource.system(),
                                        "node1")),
                        usual,
                        (_, _) -> {});
        pools.add(pool);
        pool.start();
        // As the daemon does it.
        pool.raise(
                Stage.UPLOAD,
                UploadLanes.workers(4, destinations.contents().destinations().size()));
    }

    private long enqueue() throws IOException {
        for (AccountName account : accounts()) {
            BackupArguments backup =
                    new BackupArguments(account.value(), List.of(Tier.DAILY), "2026-03-07", "", "");
            queue.enqueue(
                    JobRequest.of(JobKind.BACKUP, account.value(), "run:1", JobJson.write(backup))
                            .withExclusiveKey("account:" + account));
        }
        return accounts().size();
    }

    private List<RestorePoint> at(DestinationId place) {
        List<RestorePoint> points = new ArrayList<>();
        catalog.forEach(point -> {
            if (point.destination().equals(place)) {
                points.add(point);
            }
        });
        return points;
    }

    /// Looks at the backup directory, and remembers the most that ever waited there. What every
    /// destination has the daemon removes on a thread of its own.
    private void measure() {
        List<RestorePoint> here = at(DestinationId.LOCAL);
        Set<ObjectKey> everywhere = new HashSet<>();
        here.forEach(point -> everywhere.add(point.archive()));
        for (DestinationId destination : wanted()) {
            everywhere.retainAll(at(destination).stream().map(RestorePoint::archive).toList());
        }
        long bytes =
                here.stream()
                        .filter(point -> !everywhere.contains(point.archive()))
                        .mapToLong(RestorePoint::sizeBytes)
                        .sum();
        most.accumulateAndGet(bytes, Math::max);
    }

    private List<DestinationId> wanted() {
        try {
            return destinations.contents().destinations().stream().map(Destination::id).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Job> failed() {
        return queue.list(JobFilter.of(Set.of(), Set.of(JobState.FAILED)));
    }

    @Test
    void theLimitHoldsTheOtherDestinationFinishesAndTheSlowOneGetsAllLater() throws Exception {
        // Two that the slow destination is busy with, and a little more.
        long limit = 4 * largest();
        start(limit);
        long accounts = enqueue();

        Eventually.within(
                LONG,
                "the fast destination has all",
                () -> {
                    measure();
                    return at(FAST).size() == accounts;
                });
        assertThat(at(SLOW)).isEmpty();
        assertThat(most.get()).isLessThanOrEqualTo(limit);
        // Only those that the slow destination was busy with, and what there is room for.
        assertThat(at(DestinationId.LOCAL)).hasSizeLessThan((int) accounts);

        slowTakes.countDown();
        Eventually.within(LONG, "the slow one has all", () -> at(SLOW).size() == accounts);
        assertThat(failed()).isEmpty();
        System.out.printf(
                "figure: %d archives at both destinations, at most %d bytes of %d here%n",
                accounts, most.get(), limit);
        for (RestorePoint point : at(SLOW)) {
            Path archive = far(SLOW).resolve(point.archive().value());
            assertThat(Sha256.of(archive)).isEqualTo(point.sha256());
            for (ObjectKey beside :
                    List.of(
                            BackupDirectory.manifestKey(point.archive()),
                            BackupDirectory.indexKey(point.archive()))) {
                assertThat(far(SLOW).resolve(beside.value()))
                        .hasSameBinaryContentAs(far(FAST).resolve(beside.value()));
            }
        }
    }

    @Test
    void severalSlowDestinationsLeaveWorkersToTheOthers() throws Exception {
        destinations.add(destination(SLOW_TOO, "slow too"));
        start(Long.MAX_VALUE / 2);
        long accounts = enqueue();
        Eventually.within(LONG, "the fast destination has all", () -> at(FAST).size() == accounts);
        assertThat(at(SLOW)).isEmpty();
        assertThat(at(SLOW_TOO)).isEmpty();
        slowTakes.countDown();
        Eventually.within(
                LONG,
                "the slow ones have all",
                () -> at(SLOW).size() == accounts && at(SLOW_TOO).size() == accounts);
        assertThat(failed()).isEmpty();
    }

    @Test
    void withoutAnotherCopyPackingWaitsAndGoesOnOnceItsBytesArrived() throws Exception {
        destinations.delete(FAST);
        long limit = 3 * largest();
        start(limit);
        long accounts = enqueue();

        Eventually.within(
                LONG,
                "packing waits",
                () -> {
                    measure();
                    return queue
                            .list(JobFilter.of(Set.of(JobKind.BACKUP), Set.of(JobState.PENDING)))
                            .stream()
                            .anyMatch(job -> job.reason().contains("staging_limit"));
                });
        assertThat(at(DestinationId.LOCAL)).hasSizeLessThan((int) accounts);
        slowTakes.countDown();
        Eventually.within(
                LONG,
                "the destination has all",
                () -> {
                    measure();
                    return at(SLOW).size() == accounts;
                });
        assertThat(most.get()).isLessThanOrEqualTo(limit);
        assertThat(failed()).isEmpty();
    }
}
