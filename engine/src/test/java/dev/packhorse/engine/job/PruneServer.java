package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plans;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.ClockGuard;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionPolicy;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A server with a catalog, a backup directory and two destinations, on which prunes run.
final class PruneServer {
    static final LocalDate TODAY = LocalDate.parse("2027-03-01");

    final Path folder;
    final SettableClock clock = new SettableClock(TODAY.atTime(3, 0).toInstant(ZoneOffset.UTC));
    final Store store;
    final JdbcCatalog catalog;
    final JdbcJobQueue queue;
    final ServerBackups backups;
    final DestinationStore destinations;
    final PinStore pins;
    final RetentionRecord record;
    final DestinationId first = DestinationId.random();
    final DestinationId second = DestinationId.random();
    final Map<DestinationId, FaultyPlace> places =
            new TreeMap<>(java.util.Comparator.comparing(DestinationId::value));
    List<AccountName> here = List.of(new AccountName("alice"));
    Optional<TransportException> opening = Optional.empty();
    RetentionPolicy policy = RetentionPolicy.USUAL;
    AccountPlans plans = AccountPlans.NONE;
    final Map<AccountName, Account> described = new HashMap<>();
    Optional<AccountName> unreadable = Optional.empty();
    private final ClockGuard guard;

    PruneServer(Path folder) throws Exception {
        this.folder = folder;
        store = TestStore.h2(folder);
        catalog = new JdbcCatalog(store);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        HostRoot root = new HostRoot(Files.createDirectories(folder.resolve("server")));
        Files.createDirectories(root.resolve("/backup"));
        backups =
                new ServerBackups(
                        root, new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH)));
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        add(first, "first");
        add(second, "second");
        pins = new PinStore(folder.resolve("state/pins.yaml"));
        record = new RetentionRecord(folder.resolve("state/retention.yaml"));
        guard = new ClockGuard(record, clock, ZoneOffset.UTC);
        keep("3");
    }

    private void add(DestinationId id, String name) throws IOException {
        destinations.add(
                new Destination(
                        id,
                        DestinationType.LOCAL,
                        name,
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/far/" + name, false, false)));
        Path far = Files.createDirectories(folder.resolve("far").resolve(id.value()));
        places.put(id, new FaultyPlace(new LocalTransport(far)));
    }

    /// The places by their ids; an absent one is a bug of the test.
    FaultyPlace place(DestinationId id) {
        return Optional.ofNullable(places.get(id)).orElseThrow();
    }

    void keep(String daily) throws IOException {
        backups.file()
                .update(
                        Map.of(
                                ConfigKey.BACKUP_DAILY_RETENTION,
                                daily,
                                ConfigKey.FORCE_PRUNE_DAILY,
                                "1"));
    }

    private record Accounts(PruneServer server) implements AccountDirectory {
        @Override
        public String source() {
            return "test";
        }

        @Override
        public List<AccountName> names() {
            return server.here;
        }

        @Override
        public Optional<Account> find(AccountName name) throws IOException {
            if (server.unreadable.filter(name::equals).isPresent()) {
                throw new IOException("its description is damaged");
            }
            return Optional.ofNullable(server.described.get(name));
        }
    }

    /// Plans for the accounts that are described.
    void plan(String yaml) throws Exception {
        plans = new AccountPlans(Plans.of(folder, yaml), new Accounts(this), ZoneOffset.UTC);
    }

    PrunePlanner planner() {
        return new PrunePlanner(
                catalog,
                queue,
                new Accounts(this),
                new ServerBackups(backups.root(), backups.file(), plans),
                destinations,
                policy,
                pins,
                record,
                guard,
                point -> point.node().equals("node1"));
    }

    /// What people would have been told.
    final List<Notice> told = new ArrayList<>();

    private PruneHandler handler() {
        return new PruneHandler(
                planner(),
                destination -> {
                    if (opening.isPresent() && destination.id().equals(first)) {
                        throw opening.get();
                    }
                    return place(destination.id());
                },
                sessions(),
                notice -> {
                    told.add(notice);
                    return List.of();
                });
    }

    SessionStore sessions() {
        return new SessionStore(folder.resolve("state/sessions"), clock, ZoneOffset.UTC);
    }

    /// Points of the last so many days, each with its three objects.
    List<RestorePoint> points(String account, DestinationId where, int days) throws IOException {
        List<RestorePoint> points = new ArrayList<>();
        for (int i = 0; i < days; i++) {
            points.add(point(account, where, Tier.DAILY, TODAY.minusDays(i), ".tar.gz"));
        }
        return points;
    }

    RestorePoint point(
            String account, DestinationId where, Tier tier, LocalDate date, String suffix)
            throws IOException {
        AccountName name = new AccountName(account);
        ObjectKey archive = BackupDirectory.archiveKey(tier, date, name, suffix);
        RestorePoint point =
                new RestorePoint(
                        name,
                        where,
                        tier,
                        date,
                        archive,
                        3,
                        "a".repeat(64),
                        date.atTime(2, 0).toInstant(ZoneOffset.UTC),
                        "node1");
        catalog.adopt(List.of(point));
        if (!suffix.isEmpty()) {
            for (ObjectKey key : objects(point)) {
                Files.createDirectories(file(where, key).getParent());
                Files.writeString(file(where, key), "abc");
            }
        }
        return point;
    }

    static List<ObjectKey> objects(RestorePoint point) {
        return List.of(
                BackupDirectory.manifestKey(point.archive()),
                BackupDirectory.indexKey(point.archive()),
                point.archive());
    }

    Path file(DestinationId where, ObjectKey key) throws IOException {
        return where.isLocal()
                ? backups.directory().place(key)
                : folder.resolve("far").resolve(where.value()).resolve(key.value());
    }

    boolean exists(RestorePoint point) throws IOException {
        for (ObjectKey key : objects(point)) {
            if (Files.exists(file(point.destination(), key))) {
                return true;
            }
        }
        return false;
    }

    static PruneArguments all(DestinationId where) {
        return new PruneArguments(where.value(), "", false, false, false, "", "");
    }

    JobHandler.Ended prune(DestinationId where) throws IOException {
        return prune(all(where));
    }

    JobHandler.Ended prune(PruneArguments arguments) throws IOException {
        return prune(arguments, Cancellation.never());
    }

    JobHandler.Ended prune(PruneArguments arguments, Instant asked) throws IOException {
        return prune(arguments, asked, Cancellation.never());
    }

    JobHandler.Ended prune(PruneArguments arguments, Cancellation cancellation) throws IOException {
        return prune(arguments, now(), cancellation);
    }

    private JobHandler.Ended prune(
            PruneArguments arguments, Instant asked, Cancellation cancellation) throws IOException {
        return handler()
                .run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.PRUNE,
                                "x",
                                arguments,
                                asked,
                                cancellation));
    }

    static TransportException failure(Kind kind) {
        return new TransportException(kind, "it said " + kind);
    }

    Instant now() {
        return clock.instant();
    }

    void close() throws Exception {
        store.close();
    }
}
