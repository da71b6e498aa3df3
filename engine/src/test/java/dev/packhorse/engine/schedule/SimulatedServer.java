package dev.packhorse.engine.schedule;

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
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PruneArguments;
import dev.packhorse.engine.job.PruneHandler;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.job.PruneRequests;
import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Participation;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.plan.SampleAccounts;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.CalendarRule;
import dev.packhorse.engine.retention.ClockGuard;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.PlaceRules;
import dev.packhorse.engine.retention.RetentionPolicy;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A server whose queue, pruning and backup directory are the real ones and whose archives are
/// empty files. One thread.
final class SimulatedServer {
    static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    static final DestinationId FAR = DestinationId.random();

    final SettableClock clock;
    final Store store;
    final JdbcJobQueue queue;
    final QuickCatalog catalog = new QuickCatalog();
    final KeyPlace far = new KeyPlace();
    final List<AccountName> accounts = new ArrayList<>();
    final Path folder;
    private final HostRoot root;
    private ServerBackups backups;
    private final DestinationStore destinations;
    private ClockGuard guard;
    private PruneHandler handler;
    private PruneRequests requests;

    SimulatedServer(Path folder, SettableClock clock, Map<Tier, Integer> counts) throws Exception {
        this.folder = folder;
        this.clock = clock;
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        root = new HostRoot(Files.createDirectories(folder.resolve("server")));
        Files.createDirectories(root.resolve("/backup"));
        backups = backups(List.of());
        backups.file().update(config(counts));
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(
                new Destination(
                        FAR,
                        DestinationType.LOCAL,
                        "far",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/far", false, false)));
        restart();
    }

    private ServerBackups backups(List<Plan> plans) {
        return new ServerBackups(
                root,
                new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH)),
                new AccountPlans(plans, new Accounts(accounts), ZONE));
    }

    /// As [#restart], with other plans in the configuration.
    void restartWith(List<Plan> plans) {
        backups = backups(plans);
        restart();
    }

    /// What the plan of an account sends to a place.
    List<Tier> sent(AccountName account, DestinationId place, RunArguments run) throws IOException {
        return Participation.of(
                        backups.plans().of(account), place, place.isLocal() ? "local" : "far")
                .tiersOf(SlotName.parse(run.date()), run.tiers());
    }

    private static Map<ConfigKey, String> config(Map<Tier, Integer> counts) {
        Map<ConfigKey, String> config = new EnumMap<>(ConfigKey.class);
        counts.forEach((tier, count) ->
                config.put(
                        ConfigKey.valueOf("BACKUP_" + tier + "_RETENTION"),
                        Integer.toString(count)));
        return config;
    }

    private record Accounts(List<AccountName> names) implements AccountDirectory {
        @Override
        public String source() {
            return "simulated";
        }

        @Override
        public Optional<Account> find(AccountName name) {
            return Optional.of(name)
                    .filter(names::contains)
                    .map(each -> SampleAccounts.of(each.value(), "default", "root"));
        }
    }

    /// What lives in memory begins anew.
    void restart() {
        RetentionRecord record = new RetentionRecord(folder.resolve("retention.yaml"));
        guard = new ClockGuard(record, clock, ZONE);
        PrunePlanner planner =
                new PrunePlanner(
                        catalog,
                        queue,
                        new Accounts(accounts),
                        backups,
                        destinations,
                        new RetentionPolicy(
                                CalendarRule.NONE,
                                Optional.empty(),
                                PlaceRules.NONE,
                                1_000_000,
                                10),
                        new PinStore(folder.resolve("pins.yaml")),
                        record,
                        guard,
                        _ -> true);
        handler =
                new PruneHandler(
                        planner,
                        _ -> far,
                        new SessionStore(folder.resolve("sessions"), clock, ZONE),
                        _ -> List.of());
        requests = new PruneRequests(planner, "n1");
    }

    LocalDate today() {
        return guard.today();
    }

    /// What housekeeping does.
    boolean clockIsTrusted() throws IOException {
        return guard.look(Optional.empty()).isEmpty();
    }

    RestorePoint point(AccountName account, DestinationId place, Tier tier, SlotName slot)
            throws IOException {
        ObjectKey archive =
                new ObjectKey(tier.folder() + slot + "/accounts/" + account + ".tar.gz");
        if (place.isLocal()) {
            Path file = backups.directory().place(archive);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        } else {
            far.keys.add(archive);
        }
        return new RestorePoint(
                account,
                place,
                tier,
                slot.date(),
                archive,
                1,
                "0".repeat(64),
                clock.instant(),
                "n1");
    }

    /// What a run makes.
    @FunctionalInterface
    interface Night {
        List<RestorePoint> made(RunArguments arguments) throws IOException;
    }

    /// Does the runs that wait.
    ///
    /// @return how many
    int runs(Night night) throws IOException, LeaseLostException {
        int done = 0;
        for (Optional<Lease> lease = claim(JobKind.RUN);
                lease.isPresent();
                lease = claim(JobKind.RUN)) {
            RunArguments arguments =
                    JobJson.read(lease.get().job().request().arguments(), RunArguments.class);
            catalog.adopt(night.made(arguments));
            queue.finish(
                    lease.get(),
                    new JobOutcome.Succeeded("{}"),
                    new FollowUp(List.of(), requests.after(lease.get().job())));
            done++;
        }
        return done;
    }

    /// Does the prunes that wait.
    ///
    /// @return the names of the places that were pruned
    List<String> prunes() throws IOException, LeaseLostException {
        List<String> pruned = new ArrayList<>();
        for (Optional<Lease> lease = claim(JobKind.PRUNE);
                lease.isPresent();
                lease = claim(JobKind.PRUNE)) {
            JobOutcome outcome = prune(lease.get());
            queue.finish(lease.get(), outcome, FollowUp.NONE);
            if (outcome instanceof JobOutcome.Succeeded) {
                pruned.add(lease.get().job().request().subject());
            }
        }
        return pruned;
    }

    private JobOutcome prune(Lease lease) throws IOException {
        try {
            JobHandler.Ended ended = handler.run(new Context(lease));
            return ended.outcome();
        } catch (TransportException e) {
            return new JobOutcome.Failed("{}", String.valueOf(e.getMessage()));
        }
    }

    /// Somebody looked, and confirms.
    void confirm() {
        for (DestinationId place : List.of(DestinationId.LOCAL, FAR)) {
            PruneArguments arguments =
                    new PruneArguments(place.value(), "", true, false, false, "", "");
            queue.enqueue(requests.request(arguments, place.isLocal() ? "local" : "far", "root"));
        }
    }

    private Optional<Lease> claim(JobKind kind) {
        return queue.claim("w", "n1", Set.of(kind), Duration.ofDays(2_000));
    }

    private record Context(Lease lease) implements JobContext {
        @Override
        public Cancellation cancellation() {
            return Cancellation.never();
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void progress(String json) {}

        @Override
        public void mark(Optional<String> resumeMark) {}
    }

    void close() throws Exception {
        store.close();
    }
}
