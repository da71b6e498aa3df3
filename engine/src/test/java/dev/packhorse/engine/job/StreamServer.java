package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.AccountComponent;
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
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The demonstration server with one destination, a folder of its own, to which archives are
/// streamed. Jobs are run one by one. Needs root.
final class StreamServer implements AutoCloseable {
    static final DestinationId FAR = DestinationId.random();

    final Path folder;
    final DemoPlant demo;
    final ServerBackups backups;
    final DestinationStore destinations;
    final JdbcCatalog catalog;
    final UploadJournals journals;
    final DestinationHealth health = new DestinationHealth();
    final TransferMeter meter = new TransferMeter();
    Streaming.Use use = Streaming.Use.AUTO;

    /// What a test makes of the destination.
    UnaryOperator<Transport> place = place -> place;

    private final Store store;
    private final JdbcJobQueue queue;

    StreamServer(Path folder, AccountComponent... further) throws Exception {
        this.folder = folder;
        demo = new DemoPlant(folder, further);
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, InstantSource.system(), WorkListener.none());
        catalog = new JdbcCatalog(store);
        journals = new UploadJournals(folder.resolve("uploads"));
        HostRoot root = new HostRoot(demo.server);
        BackupConfigFile config = new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH));
        config.update(Map.of(ConfigKey.KEEPLOCAL, "0"));
        backups = new ServerBackups(root, config);
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(destination(FAR, "far"));
    }

    static Destination destination(DestinationId id, String name) {
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

    Path far() throws IOException {
        return Files.createDirectories(folder.resolve("far"));
    }

    private Transport open(Destination destination) throws TransportException {
        try {
            return place.apply(new LocalTransport(far()));
        } catch (IOException e) {
            throw new TransportException(TransportException.Kind.UNAVAILABLE, "no folder", e);
        }
    }

    private UploadHandler.Watching watching() {
        return new UploadHandler.Watching(
                health,
                new Notices(
                        new ImportanceStore(folder.resolve("importances.yaml")),
                        List.of(),
                        Duration.ofHours(24),
                        queue,
                        "node1"),
                meter);
    }

    /// Runs a backup.
    ///
    /// @param attempt the number of the try, from 1
    JobHandler.Ended backUp(BackupArguments arguments, int attempt) throws IOException {
        LocalRelease release = new LocalRelease(backups, queue, catalog, destinations, this::open);
        PackingRoom room =
                new PackingRoom(
                        backups,
                        queue,
                        catalog,
                        release,
                        _ -> Long.MAX_VALUE / 2,
                        new ByteSize(0),
                        InstantSource.system());
        Streaming streaming =
                new Streaming(
                        use, backups, destinations, this::open, journals, catalog, watching());
        return new BackupHandler(
                        demo.plant,
                        backups,
                        destinations,
                        room,
                        new PinStore(folder.resolve("pins.yaml")),
                        new RetentionRecord(folder.resolve("retention.yaml")),
                        Optional.of(streaming))
                .run(
                        task(
                                JobRequest.of(
                                        JobKind.BACKUP,
                                        arguments.account(),
                                        "root",
                                        JobJson.write(arguments)),
                                attempt));
    }

    JobHandler.Ended backUp(String account) throws IOException {
        return backUp(backupOf(account), 1);
    }

    static BackupArguments backupOf(String account, Tier... tiers) {
        return new BackupArguments(
                account,
                tiers.length == 0 ? List.of(Tier.DAILY) : List.of(tiers),
                "2026-03-07",
                "",
                "",
                "");
    }

    /// Runs an upload that a backup asked for.
    JobHandler.Ended upload(JobRequest request) throws Exception {
        return new UploadHandler(
                        backups,
                        destinations,
                        this::open,
                        journals,
                        catalog,
                        queue,
                        new UploadSources(
                                backups, catalog, destinations, this::open, demo.plant.staging()),
                        new LocalRelease(backups, queue, catalog, destinations, this::open),
                        watching(),
                        InstantSource.system(),
                        "node1")
                .run(task(request, 1));
    }

    private static TestJob task(JobRequest request, int attempt) {
        Job job =
                new Job(
                        JobId.random(),
                        request,
                        JobState.ACTIVE,
                        DemoPlant.NOW,
                        Optional.of(DemoPlant.NOW),
                        Optional.empty(),
                        attempt,
                        attempt,
                        Optional.of("worker"),
                        false,
                        "{}",
                        Optional.empty(),
                        "{}",
                        "");
        return new TestJob(new Lease(job, "worker", attempt, DemoPlant.NOW), Cancellation.never());
    }

    /// The files below a folder, by their paths in it.
    static List<String> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /// What lies in the backup directory.
    List<String> local() throws IOException {
        return files(backups.directory().root());
    }

    @Override
    public void close() throws StoreException {
        store.close();
    }
}
