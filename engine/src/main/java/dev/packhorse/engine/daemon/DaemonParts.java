package dev.packhorse.engine.daemon;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.RootToken;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.account.KernelDiskLimits;
import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.destination.AbandonedUploads;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.GuardedOpener;
import dev.packhorse.engine.destination.LocalMounts;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.LocalPlaces;
import dev.packhorse.engine.destination.MarkedPlaces;
import dev.packhorse.engine.destination.PlainDestinations;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.ServerIdentity;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.destination.UploadSlots;
import dev.packhorse.engine.health.Alarms;
import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.http.EventSource;
import dev.packhorse.engine.http.HttpServerHandle;
import dev.packhorse.engine.http.ServedPages;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcDrills;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.job.Admission;
import dev.packhorse.engine.job.AdmittedHandler;
import dev.packhorse.engine.job.AdoptHandler;
import dev.packhorse.engine.job.ArchiveFetcher;
import dev.packhorse.engine.job.BackupDirectoryScan;
import dev.packhorse.engine.job.BackupHandler;
import dev.packhorse.engine.job.BehindRestoresHandler;
import dev.packhorse.engine.job.DoubtedArchives;
import dev.packhorse.engine.job.DrillHandler;
import dev.packhorse.engine.job.HeldBackHandler;
import dev.packhorse.engine.job.LastRestoresHandler;
import dev.packhorse.engine.job.LocalRelease;
import dev.packhorse.engine.job.OpenRestores;
import dev.packhorse.engine.job.PackingPlant;
import dev.packhorse.engine.job.PackingRoom;
import dev.packhorse.engine.job.PatientUploads;
import dev.packhorse.engine.job.PkgacctHandler;
import dev.packhorse.engine.job.PruneHandler;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.job.PruneRequests;
import dev.packhorse.engine.job.RestoreHandler;
import dev.packhorse.engine.job.RunHandler;
import dev.packhorse.engine.job.RunJobs;
import dev.packhorse.engine.job.SafetyCopies;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.job.SlottedUploads;
import dev.packhorse.engine.job.Streaming;
import dev.packhorse.engine.job.SwitchHandler;
import dev.packhorse.engine.job.SystemHandler;
import dev.packhorse.engine.job.UploadHandler;
import dev.packhorse.engine.job.UploadHeadways;
import dev.packhorse.engine.job.UploadSources;
import dev.packhorse.engine.job.VerifyHandler;
import dev.packhorse.engine.live.LiveFeed;
import dev.packhorse.engine.model.JobKind.Stage;
import dev.packhorse.engine.mysql.MysqlException;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.provision.AccountCreation;
import dev.packhorse.engine.provision.AccountRemoval;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.run.PoolSettings;
import dev.packhorse.engine.run.WorkSignal;
import dev.packhorse.engine.run.WorkerPool;
import dev.packhorse.engine.schedule.BackupClock;
import dev.packhorse.engine.schedule.Slot;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.settings.ResellerKeys;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.whm.AccountOwners;
import dev.packhorse.engine.whm.Dispatcher;
import dev.packhorse.engine.whm.OpenApi;
import dev.packhorse.engine.whm.functions.AccountDesk;
import dev.packhorse.engine.whm.functions.ArchiveFiles;
import dev.packhorse.engine.whm.functions.FunctionFamilies;
import dev.packhorse.engine.whm.functions.RetentionDesk;
import dev.packhorse.engine.whm.functions.ServerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The parts of one daemon, each made once, none running yet.
final class DaemonParts {
    private static final Logger LOG = LoggerFactory.getLogger(DaemonParts.class);

    /// The version of WHM whose functions these are modelled on, for clients that look.
    private static final String WHM_VERSION = "11.138.0.1";

    /// So many places are pruned at a time.
    private static final int UPKEEP_WORKERS = 4;

    private static final List<String> ARCHIVE_FOLDERS =
            List.of("/home", "/home2", "/home3", "/root", "/usr", "/usr/home", "/web");

    private final Settings settings;
    private final Path state;
    private final Host host;
    private final AccountHolds holds = new AccountHolds();
    private final InstantSource clock;
    private final WorkSignal signal = new WorkSignal();
    private final LiveFeed feed = new LiveFeed();
    private final JdbcJobQueue queue;
    private final List<String> storeDoubts;
    private final JdbcCatalog catalog;
    private final ServerBackups backups;
    private final DestinationStore destinations;
    private final LocalPathRules paths;
    private final LocalPlaces places;
    private final TransportOpener opener;
    private final UploadSlots slots;
    private final UploadJournals journals;
    private final LocalRelease release;
    private final SessionStore sessions;
    private final StagingArea staging;
    private final ManifestMac mac;
    private final List<AccountComponent> components;
    private final BackupDirectoryScan scan;
    private final GoogleParts google;
    private final Administration administration;
    private final Pruning pruning;
    private final PrunePlanner planner;
    private final Verification verification;
    private final EventParts events;
    private final HealthParts health;
    private final LoginParts logins;

    private DaemonParts(Settings settings, Store store, Drivers drivers) throws IOException {
        this.settings = settings;
        this.state = settings.get(SettingKeys.STATE);
        this.host = Host.find(settings);
        this.storeDoubts = store.doubts();
        this.clock = store.clock(InstantSource.system());
        this.queue = new JdbcJobQueue(store, clock, WorkListener.both(signal, feed), node());
        this.catalog = new JdbcCatalog(store, node());
        HostServices services = host.services();
        this.backups =
                new ServerBackups(
                        services.root(),
                        new BackupConfigFile(services.root().resolve(BackupConfigFile.HOST_PATH)),
                        new AccountPlans(settings.plans(), services.accounts(), zone()));
        SealedSecrets.warnWithoutKey(state, services.root().resolve(DestinationStore.HOST_PATH));
        SecretSeal seal = new SecretSeal(StateKey.DESTINATIONS.load(state));
        this.destinations =
                new DestinationStore(services.root().resolve(DestinationStore.HOST_PATH), seal);
        this.google = GoogleParts.of(state, seal, drivers, services.hostname());
        this.paths =
                new LocalPathRules(
                        services.root().folder(),
                        new KnownHomes(services.accounts(), clock),
                        new LocalMounts(new SystemMounter(services.root().folder())));
        this.places = new LocalPlaces(paths, destinations, () -> backups.config().directory());
        this.mac = new ManifestMac(StateKey.MANIFEST.load(state));
        this.staging =
                StagingArea.open(
                        state.resolve("staging"),
                        settings.get(SettingKeys.BACKUP_FREE_SPACE_FLOOR));
        TransportOpener unguarded =
                new DestinationOpener(
                        paths,
                        drivers,
                        google.credentials(),
                        new Speeds(settings, clock),
                        staging.transit());
        ServerIdentity self = new ServerIdentity(mac.keyName(), node());
        this.opener =
                new GuardedOpener(
                        unguarded, self, places, new MarkedPlaces(state.resolve("marked-places")));
        this.slots = new UploadSlots(unguarded, self);
        this.journals = new UploadJournals(state.resolve("uploads"));
        this.release = new LocalRelease(backups, queue, catalog, destinations, opener);
        this.sessions = new SessionStore(state.resolve("sessions"), InstantSource.system(), zone());
        this.components =
                ComponentRegistry.standard(new PostgresComponent(), new MysqlComponent()).all();
        this.scan = new BackupDirectoryScan(backups, catalog, clock, node());
        this.administration = new Administration(services, tokens(), state, new StateSeal(seal));
        this.pruning = new Pruning(settings, state, clock);
        String node = node();
        this.planner =
                pruning.planner(
                        catalog,
                        queue,
                        services.accounts(),
                        backups,
                        destinations,
                        point -> !store.isShared() || point.node().equals(node));
        this.verification =
                new Verification(
                        settings,
                        catalog,
                        new JdbcDrills(store, node),
                        queue,
                        planner,
                        clock,
                        node);
        this.events = new EventParts(settings, administration, queue, services.root(), node());
        this.health =
                new HealthParts(
                        settings,
                        services,
                        queue,
                        catalog,
                        backups,
                        destinations,
                        events.notices(),
                        verification.proofs(services.accounts()));
        this.logins =
                new LoginParts(
                        settings,
                        state,
                        new HostUsers(services.root()),
                        tokens(),
                        new StateSeal(seal),
                        events.notices());
    }

    static DaemonParts of(Settings settings, Store store, Drivers drivers) throws IOException {
        return new DaemonParts(settings, store, drivers);
    }

    private String node() {
        return host.services().hostname();
    }

    private ZoneId zone() {
        return settings.get(SettingKeys.BACKUP_ZONE);
    }

    /// Removes what a killed daemon left half-made.
    void recover() throws IOException {
        int bound = queue.takeOver(node());
        if (bound > 0) {
            LOG.atInfo().addKeyValue("jobs", bound).log("jobs of this server got its new name");
        }
        int named = catalog.takeOverUnnamed();
        if (named > 0) {
            LOG.atInfo()
                    .addKeyValue("points", named)
                    .log("restore points of this server got its name");
        }
        RootToken.ensure(tokens(), state);
        try {
            scan.removePartials();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("archives under way could not be swept");
        }
        tellConflicts();
        tellPlain();
        recoverPostgres();
        try {
            Optional<MysqlServer> mysql = host.services().mysql();
            if (mysql.isPresent()) {
                mysql.get().recover();
            }
        } catch (MysqlException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log(
                            "what a killed restore of a database left could not be put right; the"
                                    + " next one tries again");
        }
    }

    /// Destinations that were configured before such were refused, or whose folders were moved
    /// since.
    private void tellConflicts() {
        try {
            for (LocalPlaces.Conflict each : places.conflicts()) {
                LOG.atWarn()
                        .addKeyValue("destination", each.destination().name())
                        .addKeyValue("reason", each.reason())
                        .log("nothing is sent to a destination");
                events.notices()
                        .tell(
                                Events.destinationOff(
                                        each.destination().id().value(),
                                        each.destination().name(),
                                        "not used",
                                        each.reason()));
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the destinations could not be looked through");
        }
    }

    private void tellPlain() {
        try {
            destinations.contents().destinations().stream()
                    .filter(each -> !each.disabled())
                    .forEach(PlainDestinations::log);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the destinations could not be looked through");
        }
    }

    private void recoverPostgres() {
        Optional<PostgresServer> postgres = host.services().postgres();
        if (postgres.isEmpty()) {
            return;
        }
        try {
            postgres.get().recover();
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("what a killed restore left at PostgreSQL could not be removed");
        }
    }

    private TokenStore tokens() {
        return new TokenStore(state.resolve("tokens"), InstantSource.system());
    }

    WorkerPool pool(Runnable onFatal) {
        Map<Stage, Integer> workers =
                Map.of(
                        Stage.CONTROL,
                        2,
                        Stage.PACK,
                        settings.get(SettingKeys.WORKERS_PACK),
                        Stage.UPLOAD,
                        settings.get(SettingKeys.WORKERS_UPLOAD),
                        Stage.RESTORE,
                        settings.get(SettingKeys.WORKERS_RESTORE),
                        Stage.UPKEEP,
                        UPKEEP_WORKERS,
                        Stage.NOTIFY,
                        2);
        Duration lease = settings.get(SettingKeys.QUEUE_LEASE);
        PoolSettings usual = PoolSettings.of(node(), workers);
        PoolSettings pool =
                new PoolSettings(
                        node(),
                        workers,
                        lease,
                        lease.dividedBy(4),
                        usual.poll(),
                        usual.stopWithin(),
                        usual.backoff());
        return new WorkerPool(
                queue,
                signal,
                handlers(),
                pool,
                (thread, failure) -> {
                    LOG.atError()
                            .addKeyValue("thread", thread.getName())
                            .setCause(failure)
                            .log("a worker died");
                    onFatal.run();
                });
    }

    /// Gives uploads a worker for each lane, also of destinations that were added since.
    UploadWorkers uploadWorkers(WorkerPool pool) {
        return new UploadWorkers(pool, destinations, settings.get(SettingKeys.WORKERS_UPLOAD));
    }

    private List<JobHandler> handlers() {
        HostServices services = host.services();
        PackingPlant plant =
                new PackingPlant(
                        components,
                        services,
                        sessions,
                        staging,
                        mac,
                        Compression.of(settings),
                        settings.get(SettingKeys.BACKUP_REUSE).equals("on"),
                        new DoubtedArchives(catalog, pruning.record()),
                        events.hooks(),
                        clock,
                        node());
        OpenRestores restores = new OpenRestores(queue);
        SafetyCopies safety = safety(plant, restores);
        ArchiveFetcher fetcher =
                new ArchiveFetcher(catalog, backups, destinations, opener, staging, mac, safety);
        RestoreHandler.Parts restoring =
                new RestoreHandler.Parts(
                        components,
                        services,
                        fetcher,
                        sessions,
                        staging,
                        backups,
                        safety,
                        events.hooks(),
                        Optional.of(new KernelDiskLimits()));
        UploadHeadways headways = new UploadHeadways();
        return List.of(
                admitted(
                        new SystemHandler(backups, services, destinations, staging, queue, node())),
                new RunHandler(
                        queue,
                        new RunJobs(queue, services.accounts(), backups, catalog, node()),
                        backups,
                        new PruneRequests(planner, node())::after,
                        events.runEvents()),
                new SwitchHandler(services.accounts(), administration.switches()),
                heldBack(
                        new BehindRestoresHandler(
                                admitted(
                                        new BackupHandler(
                                                plant,
                                                backups,
                                                destinations,
                                                packingRoom(),
                                                pruning.pins(),
                                                pruning.record(),
                                                Optional.of(streaming()))),
                                restores)),
                heldBack(
                        new BehindRestoresHandler(
                                new PkgacctHandler(plant, Optional.of(backups)), restores)),
                admitted(
                        new PatientUploads(
                                new SlottedUploads(
                                        new UploadHandler(
                                                backups,
                                                destinations,
                                                opener,
                                                journals,
                                                catalog,
                                                queue,
                                                new UploadSources(
                                                        backups,
                                                        catalog,
                                                        destinations,
                                                        opener,
                                                        staging,
                                                        headways),
                                                release,
                                                health.watching(),
                                                clock,
                                                node()),
                                        slots,
                                        destinations,
                                        health.watching(),
                                        clock),
                                headways,
                                health.watching().health(),
                                clock)),
                new AdoptHandler(pruning.adoption(catalog, clock), destinations, opener, mac),
                heldBack(new LastRestoresHandler(new RestoreHandler(restoring), queue)),
                new PruneHandler(planner, opener, sessions, events.notices()::requests),
                admitted(
                        new VerifyHandler(
                                verification.planner(),
                                new VerifyHandler.Parts(
                                        backups,
                                        destinations,
                                        opener,
                                        health.watching().health(),
                                        mac,
                                        sessions,
                                        staging,
                                        pruning.record()),
                                events.notices()::requests)),
                admitted(
                        new DrillHandler(
                                verification.drills(services.accounts()),
                                restoring,
                                events.notices()::requests)),
                events.handler());
    }

    private Streaming streaming() {
        return new Streaming(
                Streaming.Use.of(settings.get(SettingKeys.BACKUP_STREAM)),
                backups,
                destinations,
                opener,
                journals,
                catalog,
                health.watching());
    }

    private PackingRoom packingRoom() {
        return new PackingRoom(
                backups,
                queue,
                catalog,
                release,
                directory -> staging.room(directory.root()),
                settings.get(SettingKeys.BACKUP_STAGING_LIMIT),
                clock);
    }

    private Path safetyFolder() {
        return path(settings.get(SettingKeys.RESTORE_SAFETY_FOLDER))
                .orElse(state.resolve("safety"));
    }

    private SafetyCopies safety(PackingPlant plant, OpenRestores restores) {
        return new SafetyCopies(
                plant,
                backups,
                safetyFolder(),
                restores,
                settings.get(SettingKeys.RESTORE_SAFETY_COPY).equals("on"));
    }

    private JobHandler heldBack(JobHandler handler) {
        return new HeldBackHandler(handler, holds);
    }

    /// Scheduled jobs of the handler wait for their hour.
    private JobHandler admitted(JobHandler handler) {
        Admission admission =
                new Admission(
                        settings.get(SettingKeys.BACKUP_QUIET_HOURS),
                        zone(),
                        settings.get(SettingKeys.BACKUP_IO_PRESSURE),
                        Admission.PRESSURE,
                        clock);
        boolean reads =
                handler.kind().stage() == Stage.PACK || handler.kind().stage() == Stage.UPKEEP;
        return new AdmittedHandler(
                handler,
                admission,
                reads && settings.get(SettingKeys.BACKUP_LOW_PRIORITY).equals("on"));
    }

    Releasing releasing() {
        try {
            host.services().accounts().names().forEach(release::arrived);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("accounts could not be read: their local archives stay");
        }
        return new Releasing(release);
    }

    Housekeeping housekeeping() {
        return new Housekeeping(
                queue,
                queue,
                sessions,
                pruning,
                verification,
                safetyFolder(),
                new DownloadSweep(queue, staging, clock),
                new ClosureSweep(
                        new OpenRestores(queue), host.services(), new KernelDiskLimits(), clock),
                clock);
    }

    TakingBack takingBack() {
        return new TakingBack(new AbandonedUploads(journals, destinations, opener), clock);
    }

    /// Keeps its record until it is closed.
    LoginParts logins() {
        return logins;
    }

    /// Tells listeners what happens, until it is closed.
    LiveFeed feed(WorkerPool pool) {
        feed.start(queue, pool::underWay);
        return feed;
    }

    /// Tells people.
    void tell(Notice notice) {
        events.notices().tell(notice);
    }

    Alarms alarms() {
        return health.alarms();
    }

    BackupClock clock() {
        return new BackupClock(
                queue,
                "backup@" + node(),
                schedule(),
                clock,
                request -> request.onNode(node()),
                new SlotLog(events.notices()),
                state.resolve("schedule-in-force.yaml"));
    }

    private ConfiguredSchedule schedule() {
        return new ConfiguredSchedule(settings, backups);
    }

    HttpServerHandle http(BackupClock backupClock, Watchdog watchdog) throws IOException {
        HostServices services = host.services();
        AccountOwners owners = new AccountOwners(services.accounts());
        Dispatcher dispatcher =
                new Dispatcher(families(backupClock).functions(), owners, logins.auditing());
        HttpServerHandle http =
                new HttpServerHandle(
                        HttpParts.settings(settings),
                        state,
                        node(),
                        logins.authenticator(),
                        administration.logins(),
                        dispatcher,
                        new ServedPages(
                                List.of(google.page()),
                                List.of(
                                        new MetricsPage(
                                                health.metrics(programVersion(), logins.guard())),
                                        new HealthPage(
                                                () -> watchdog.trouble().or(backupClock::trouble)),
                                        new OpenApiPage(
                                                OpenApi.of(dispatcher.registry().specs())
                                                        .toString())),
                                EventSource.of(feed, owners),
                                new DaemonLogs(queue, sessions, events.runLogs())),
                        InstantSource.system());
        google.servedBy(http);
        return http;
    }

    private ObjectNode standing(BackupClock backupClock) {
        ObjectNode node =
                health.standing(() -> backupClock.next(clock.instant()).map(Slot::at)).read();
        if (!storeDoubts.isEmpty()) {
            node.put("store_at_risk", String.join("; ", storeDoubts));
        }
        return node;
    }

    private FunctionFamilies families(BackupClock backupClock) {
        HostServices services = host.services();
        ServerInfo server =
                new ServerInfo(
                        node(),
                        services.hostname(),
                        WHM_VERSION,
                        programVersion(),
                        zone(),
                        new ServerFacts(
                                        settings,
                                        host,
                                        backupClock,
                                        () -> pruning.status(planner),
                                        clock)
                                ::list,
                        () -> standing(backupClock));
        return new FunctionFamilies(
                queue,
                catalog,
                services.accounts(),
                services.root(),
                backups.file(),
                destinations,
                paths,
                opener,
                new ArchiveFiles(services.root(), ARCHIVE_FOLDERS),
                sessions,
                new ComponentCatalogue(components),
                scan::rebuild,
                administration.stores(HttpParts.settings(settings), events.postCheck(), logins),
                server,
                google.access(),
                new RetentionDesk(
                        planner, pruning.pins(), new PruneRequests(planner, node()), schedule()),
                new AccountDesk(
                        new AccountCreation(services, staging, clock),
                        new Suspension(services),
                        new AccountRemoval(services),
                        holds,
                        settings.get(ResellerKeys.ACCOUNTS)),
                verification.desk(),
                safetyFolder());
    }

    private static String programVersion() {
        return Optional.ofNullable(Daemon.class.getPackage().getImplementationVersion())
                .orElse("0");
    }

    private static Optional<Path> path(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }
}
