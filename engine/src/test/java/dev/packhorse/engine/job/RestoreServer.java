package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.account.DiskLimits;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.hook.HookLimits;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookScript;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.CpanelAccountDirectory;
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
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.session.TransferItem;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/// A demonstration server whose accounts are backed up and restored by the handlers of jobs, as the
/// daemon does. Needs root, for files of other users.
final class RestoreServer implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-03-07T09:05:06Z");
    static final String TODAY = "2026-03-07";

    final HostRoot root;
    final HostServices services;
    final List<AccountComponent> components;
    final Store store;
    final SettableClock clock = new SettableClock(NOW);
    final JobQueue queue;
    final JdbcCatalog catalog;
    final ServerBackups backups;
    final PackingPlant plant;
    final DestinationStore destinations;
    SafetyCopies safety;
    private Path safetyFolder;
    private final HookRunner hooks;
    TransportOpener opener =
            _ -> {
                throw new AssertionError("nothing is far away here");
            };
    DiskLimits limits = DiskLimits.NONE;
    long pieceBytes = FarDownload.PIECE_BYTES;
    private @Nullable SessionId lastSession;
    private String lastAccount = "";
    private @Nullable JobOutcome lastBackup;

    /// The demonstration server.
    static RestoreServer demo(Path folder) throws Exception {
        return demo(folder, DemoServer.HOSTNAME, Optional.empty(), Optional.empty());
    }

    /// The demonstration server with database servers, under any name.
    static RestoreServer demo(
            Path folder,
            String hostname,
            Optional<MysqlServer> mysql,
            Optional<PostgresServer> postgres)
            throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        HostRoot root = new HostRoot(folder.resolve("server"));
        DemoServer.write(root.folder(), 20);
        return new RestoreServer(
                folder,
                new HostServices(root, new CpanelAccountDirectory(root), hostname, mysql, postgres),
                ComponentRegistry.standard(new PostgresComponent(), new MysqlComponent()).all());
    }

    RestoreServer(Path folder, HostServices services, List<AccountComponent> components)
            throws Exception {
        this.root = services.root();
        this.services = services;
        this.components = components;
        store = TestStore.h2(Files.createDirectories(folder.resolve("store")));
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        catalog = new JdbcCatalog(store);
        backups = new ServerBackups(root, new BackupConfigFile(root.resolve("/backup.conf")));
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        hooks =
                new HookRunner(
                        new HookStore(folder.resolve("hooks.json")),
                        new HookScript(root.folder(), HookLimits.USUAL));
        plant =
                new PackingPlant(
                        components,
                        services,
                        new SessionStore(folder.resolve("sessions"), () -> NOW, ZoneOffset.UTC),
                        StagingArea.open(folder.resolve("staging"), new ByteSize(0)),
                        new ManifestMac(new byte[ManifestMac.KEY_BYTES]),
                        GzipSettings.usual().withThreads(2),
                        true,
                        new DoubtedArchives(
                                catalog, new RetentionRecord(root.resolve("/retention.yaml"))),
                        hooks,
                        InstantSource.fixed(NOW),
                        "node1");
        safetyFolder = folder.resolve("safety");
        safety = new SafetyCopies(plant, backups, safetyFolder, new OpenRestores(queue), true);
    }

    /// From now on safety copies lie there.
    void keepSafetyCopiesIn(Path place) {
        safetyFolder = place;
        safety = new SafetyCopies(plant, backups, place, new OpenRestores(queue), true);
    }

    /// Backs an account up, into the backup directory and the catalog.
    void backUp(String account) throws Exception {
        JobOutcome outcome = tryToBackUp(account);
        Assertions.assertFalse(outcome instanceof JobOutcome.Failed, outcome.toString());
        lastBackup = outcome;
    }

    /// How a backup ends.
    JobOutcome tryToBackUp(String account) throws Exception {
        BackupArguments arguments =
                new BackupArguments(account, List.of(Tier.DAILY), TODAY, "", "");
        var ended =
                new BehindRestoresHandler(
                                new BackupHandler(
                                        plant,
                                        backups,
                                        destinations,
                                        Rooms.ample(backups, queue, catalog, destinations),
                                        new PinStore(root.resolve("/pins.yaml")),
                                        new RetentionRecord(root.resolve("/retention.yaml"))),
                                new OpenRestores(queue))
                        .run(job(JobKind.BACKUP, account, arguments));
        catalog.adopt(ended.followUp().restorePoints());
        return ended.outcome();
    }

    /// What the newest backup had to tell.
    List<String> lastBackupWarnings() {
        return lastBackupResult().warnings();
    }

    /// What the newest backup wrote into its log.
    String lastBackupLog() throws IOException {
        SessionId session = new SessionId(lastBackupResult().session());
        return plant.sessions()
                .readEnd(SessionKind.PKGACCT, session, SessionStore.MASTER_LOG)
                .orElseThrow()
                .text();
    }

    private BackupResult lastBackupResult() {
        return switch (lastBackup) {
            case JobOutcome.Succeeded(String json) -> JobJson.read(json, BackupResult.class);
            case JobOutcome.Partial(String json, _) -> JobJson.read(json, BackupResult.class);
            case null -> throw new AssertionError("no backup");
            case JobOutcome other -> throw new AssertionError(other.toString());
        };
    }

    /// A restore of everything from today's restore point.
    static RestoreArguments whole(String account) {
        return wholeFrom(account, DestinationId.LOCAL);
    }

    /// The same from a destination.
    static RestoreArguments wholeFrom(String account, DestinationId destination) {
        return new RestoreArguments(
                account,
                TODAY,
                destination.value(),
                "",
                RestoreArguments.Origin.ACCOUNT,
                false,
                true,
                true,
                true,
                List.of(),
                List.of(),
                false,
                false,
                "");
    }

    /// A restore of these modules alone from today's restore point.
    static RestoreArguments modules(String account, String... only) {
        return new RestoreArguments(
                account,
                TODAY,
                DestinationId.LOCAL.value(),
                "",
                RestoreArguments.Origin.ACCOUNT,
                false,
                true,
                true,
                true,
                List.of(only),
                List.of(),
                false,
                false,
                "");
    }

    /// A restore of an archive that somebody brought, of which nothing is known.
    static RestoreArguments brought(String account, String path) {
        return brought(account, path, false, false);
    }

    /// The same, of an archive for which root vouches.
    static RestoreArguments vouched(String account, String path) {
        return brought(account, path, true, false);
    }

    /// A restore that removes the archive afterwards.
    static RestoreArguments spending(String account, String path) {
        return brought(account, path, true, true);
    }

    private static RestoreArguments brought(
            String account, String path, boolean trusted, boolean delete) {
        return new RestoreArguments(
                account,
                "",
                "",
                path,
                RestoreArguments.Origin.LOCAL_CPMOVE,
                false,
                true,
                true,
                true,
                List.of(),
                List.of(),
                trusted,
                delete,
                "");
    }

    /// A restore of everything that a safety copy holds.
    static RestoreArguments safetyCopy(String account, String name) {
        return new RestoreArguments(
                account,
                name,
                RestoreArguments.SAFETY,
                "",
                RestoreArguments.Origin.ACCOUNT,
                false,
                true,
                true,
                true,
                List.of(),
                List.of(),
                false,
                false,
                "");
    }

    /// Removes all safety copies.
    void forgetSafetyCopies() throws IOException {
        if (Files.isDirectory(safetyFolder)) {
            try (var files = Files.walk(safetyFolder)) {
                for (Path each : files.filter(Files::isRegularFile).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /// What the last restore wrote into its log.
    String lastLog() throws IOException {
        SessionId session = Objects.requireNonNull(lastSession);
        String name = TransferItem.of(lastAccount).logFile();
        return plant.sessions().readEnd(SessionKind.TRANSFER, session, name).orElseThrow().text();
    }

    /// Copies today's archive of an account to where anybody could have put it.
    String copyOf(String account) throws IOException {
        Path archive =
                backups.directory().root().resolve(TODAY + "/accounts/" + account + ".tar.gz");
        String path = "/home/cpmove-" + account + ".tar.gz";
        Files.copy(archive, root.resolve(path));
        return path;
    }

    PlannedRestore plan(RestoreArguments arguments) throws Exception {
        JobOutcome outcome = run(arguments.within(arguments.scope().planned()));
        if (outcome instanceof JobOutcome.Succeeded(String result)) {
            return JobJson.read(result, PlannedRestore.class);
        }
        throw new AssertionError("no plan: " + outcome);
    }

    RestoreResult restore(RestoreArguments arguments) throws Exception {
        return switch (run(arguments)) {
            case JobOutcome.Succeeded(String json) -> JobJson.read(json, RestoreResult.class);
            case JobOutcome.Partial(String json, _) -> JobJson.read(json, RestoreResult.class);
            case JobOutcome.Failed(String json, _) -> JobJson.read(json, RestoreResult.class);
            case JobOutcome other -> throw new AssertionError(other.toString());
        };
    }

    JobOutcome run(RestoreArguments unbound) throws Exception {
        return runIn(
                plant.sessions().createTransfer("userbackup", unbound.account()).id(), unbound);
    }

    /// The sessions and their logs.
    SessionStore sessions() {
        return plant.sessions();
    }

    /// The restore as an item of a session.
    JobOutcome runIn(SessionId session, RestoreArguments unbound) throws Exception {
        return runAs(JobId.random(), session, unbound);
    }

    /// The restore as a job of that id, which may have run before.
    JobOutcome runAs(JobId id, SessionId session, RestoreArguments unbound) throws Exception {
        lastAccount = unbound.account();
        lastSession = session;
        RestoreArguments arguments = unbound.withSession(session.value());
        TestJob job =
                TestJob.of(
                        id,
                        JobKind.RESTORE,
                        arguments.account(),
                        arguments,
                        NOW,
                        Cancellation.never());
        return handler().run(job).outcome();
    }

    /// The same server with other modules.
    RestoreResult restoreWith(List<AccountComponent> others, RestoreArguments arguments)
            throws Exception {
        JobOutcome outcome =
                handler(others).run(job(JobKind.RESTORE, arguments.account(), arguments)).outcome();
        if (outcome instanceof JobOutcome.Failed(String json, _)) {
            return JobJson.read(json, RestoreResult.class);
        }
        throw new AssertionError("no failure: " + outcome);
    }

    RestoreHandler handler() {
        return handler(components);
    }

    private RestoreHandler handler(List<AccountComponent> modules) {
        return new RestoreHandler(parts(modules));
    }

    /// What restores of this server work with.
    RestoreHandler.Parts parts(List<AccountComponent> modules) {
        ArchiveFetcher fetcher =
                new ArchiveFetcher(
                        catalog,
                        backups,
                        destinations,
                        opener,
                        plant.staging(),
                        plant.mac(),
                        safety,
                        pieceBytes);
        return new RestoreHandler.Parts(
                modules,
                services,
                fetcher,
                plant.sessions(),
                plant.staging(),
                backups,
                safety,
                hooks,
                Optional.of(limits));
    }

    private static TestJob job(JobKind kind, String account, Object arguments) {
        return TestJob.of(JobId.random(), kind, account, arguments, NOW, Cancellation.never());
    }

    /// Every file of the host, with content, owner, mode and time.
    List<String> census() throws IOException {
        List<String> lines = new ArrayList<>();
        TreeDigest.forEachLine(root.folder(), lines::add);
        return lines;
    }

    /// What one census has and another one has not, both ways.
    static List<String> differences(List<String> before, List<String> after) {
        Set<String> old = new HashSet<>(before);
        Set<String> now = new HashSet<>(after);
        return Stream.concat(
                        before.stream().filter(line -> !now.contains(line)).map("-"::concat),
                        after.stream().filter(line -> !old.contains(line)).map("+"::concat))
                .toList();
    }

    @Override
    public void close() throws StoreException {
        store.close();
    }
}
