package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Packs one account into the backup directory, or straight into the upload to its only
/// destination. The catalog learns of the archive, and the uploads of it are enqueued, in the
/// transaction that ends the job; of an archive that was streamed it learns by its upload's job, as
/// of all that is at destinations.
public final class BackupHandler implements JobHandler {
    private final PackingPlant plant;
    private static final String NEXT_TRY =
            "the next try goes by way of a file in the backup directory";
    private static final Duration UNTIL_ROOM = Duration.ofSeconds(5);

    /// The clock may be set meanwhile.
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final ServerBackups backups;
    private final BackupUploads uploads;
    private final PackingRoom room;
    private final PinStore pins;
    private final RetentionRecord retention;
    private final AccountBackup backup;

    /// One that streams nothing.
    ///
    /// @param pins where what bears a label is pinned as soon as it is there, before the catalog,
    ///   and so retention, learns of it
    /// @param retention learns before that, too, whether the archive lacks databases
    public BackupHandler(
            PackingPlant plant,
            ServerBackups backups,
            DestinationStore destinations,
            PackingRoom room,
            PinStore pins,
            RetentionRecord retention) {
        this(plant, backups, destinations, room, pins, retention, Optional.empty());
    }

    /// @param streaming chooses what is streamed; empty for nothing
    public BackupHandler(
            PackingPlant plant,
            ServerBackups backups,
            DestinationStore destinations,
            PackingRoom room,
            PinStore pins,
            RetentionRecord retention,
            Optional<Streaming> streaming) {
        this.plant = plant;
        this.backups = backups;
        this.uploads = new BackupUploads(destinations, backups, plant.node());
        this.room = room;
        this.pins = pins;
        this.retention = retention;
        this.backup = new AccountBackup(plant, backups, streaming);
    }

    @Override
    public JobKind kind() {
        return JobKind.BACKUP;
    }

    @Override
    public boolean takesScheduled() {
        return room.isOpen();
    }

    @Override
    public Ended run(JobContext context) throws IOException {
        BackupArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), BackupArguments.class);
        AccountName name = new AccountName(arguments.account());
        Optional<JobOutcome> closed = closed(context.lease().job(), name);
        if (closed.isPresent()) {
            return Ended.with(closed.get());
        }
        BackupConfig config = backups.config();
        Optional<StreamTarget> target =
                backup.streamTarget(context.lease().job(), arguments, config);
        if (target.isPresent()) {
            try (StreamTarget to = target.get()) {
                return run(context, arguments, config, Optional.of(to));
            }
        }
        Optional<PackingRoom.Reserved> reserved = room.reserve(config, name);
        if (reserved.isEmpty()) {
            return Ended.with(
                    new JobOutcome.Snoozed(
                            UNTIL_ROOM,
                            "archives in the backup directory wait to be sent (backup.staging_limit)"));
        }
        try (var _ = reserved.get()) {
            return run(context, arguments, config, Optional.empty());
        }
    }

    /// How a scheduled job ends for the moment whose account is packed at other times of day.
    private Optional<JobOutcome> closed(Job job, AccountName name) throws IOException {
        if (job.request().priority() < JobRequest.Priority.SCHEDULED) {
            return Optional.empty();
        }
        Optional<Plan> plan = backups.plans().of(name);
        return plan.flatMap(each ->
                        each.window().closedFor(plant.clock().instant(), backups.plans().zone()))
                .map(left ->
                        new JobOutcome.Snoozed(
                                left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left,
                                "the window of plan %s is closed"
                                        .formatted(plan.map(Plan::name).orElse(""))));
    }

    private Ended run(
            JobContext context,
            BackupArguments arguments,
            BackupConfig config,
            Optional<StreamTarget> target)
            throws IOException {
        SessionId session =
                plant.session(arguments.session(), new AccountName(arguments.account()));
        try (FileSessionLog log = plant.sessions().openPkgacctLog(session)) {
            log.line("pkgacct started.");
            Ended ended = pack(new BackupTask(context, arguments, config, target, session, log));
            log.line("pkgacct " + (isArchive(ended.outcome()) ? "completed." : "failed."));
            return ended;
        }
    }

    private static boolean isArchive(JobOutcome outcome) {
        return outcome instanceof JobOutcome.Succeeded || outcome instanceof JobOutcome.Partial;
    }

    private Ended pack(BackupTask task) throws IOException {
        Optional<Account> account = plant.services().accounts().find(task.account());
        if (account.isEmpty()) {
            return failed(task.log(), "there is no account " + task.account() + " on this server");
        }
        RemovalMark removal = RemovalMark.of(plant.services(), task.account());
        if (removal.stands()) {
            return failed(task.log(), removal.refusal());
        }
        Optional<Plan> plan = backups.plans().choose(account.get()).map(AccountPlans.Chosen::plan);
        BackupDirectory directory = backups.directory(task.config());
        BackupPlace place = new BackupPlace(backups, task.config());
        try {
            place.requireMounted();
            directory.requireReachable();
            directory.makeFolders(directory.root());
            place.requireFree(directory);
        } catch (IOException e) {
            return failed(task.log(), String.valueOf(e.getMessage()));
        }
        ObjectKey key = backup.key(task.arguments(), task.config());
        TimeLimit limit = TimeLimit.of(task.config().packTimeout(), task.context().cancellation());
        try (limit;
                WorkFolder work = plant.staging().newFolder()) {
            PackContext packContext =
                    new PackContext(
                            account.get(),
                            plant.services(),
                            BackupContents.options(task.config(), plan),
                            work.path(),
                            task.log(),
                            limit);
            AccountArchiver.Archived archived = backup.archive(task, packContext, directory, key);
            return ended(task, plan, directory, key, archived);
        } catch (ComponentException e) {
            return failed(task.log(), String.valueOf(e.getMessage()));
        } catch (CancelledException e) {
            if (limit.hasExpired()) {
                return late(task);
            }
            task.log().line("Stopped: " + e.getMessage());
            return cancelled(task.context());
        } catch (TransportException e) {
            // Only a stream meets the destination here.
            task.log().warn(e.getMessage() + "; " + NEXT_TRY);
            throw e;
        } catch (IOException e) {
            IOException explained = NetworkDisk.explained(backups, directory, e);
            task.log().warn(String.valueOf(explained.getMessage()));
            throw explained;
        }
    }

    /// A stream takes as long as the destination does, which is no reason not to have a backup.
    private static Ended late(BackupTask task) {
        String reason = "not done within " + seconds(task.config()) + " (maximum_timeout)";
        if (task.target().isEmpty()) {
            return failed(task.log(), reason);
        }
        String streamed =
                "%s while it was streamed to destination %s; %s"
                        .formatted(reason, task.target().get().destination().name(), NEXT_TRY);
        task.log().warn(streamed);
        return Ended.with(new JobOutcome.RetryAfter(Duration.ZERO, streamed));
    }

    private static String seconds(BackupConfig config) {
        return config.packTimeout().toSeconds() + " seconds";
    }

    static Ended cancelled(JobContext context) {
        return Ended.with(
                context.isStopping()
                        ? new JobOutcome.HandedBack()
                        : new JobOutcome.Cancelled("{}"));
    }

    private static Ended failed(FileSessionLog log, String reason) {
        log.warn(reason);
        return Ended.with(new JobOutcome.Failed("{}", reason));
    }

    private Ended ended(
            BackupTask task,
            Optional<Plan> plan,
            BackupDirectory directory,
            ObjectKey first,
            AccountArchiver.Archived archived)
            throws IOException {
        BackupArguments arguments = task.arguments();
        boolean streamed = task.target().isPresent();
        List<RestorePoint> points = new ArrayList<>();
        List<JobRequest> sent = new ArrayList<>();
        AccountName name = task.account();
        SlotName slot = SlotName.parse(arguments.date());
        String suffix = first.name().substring(name.value().length());
        for (Tier tier : arguments.tiers()) {
            ObjectKey key = BackupDirectory.archiveKey(tier, slot, name, suffix);
            if (!key.equals(first)) {
                directory.link(first, key, task.job().id());
            }
            if (!streamed) {
                points.add(point(name, tier, slot, key, archived).withLabel(arguments.label()));
            }
            sent.addAll(uploads.of(task, plan, tier, key, archived));
        }
        if (!arguments.label().isEmpty()) {
            pins.add(new Pin(name, slot, Optional.empty(), Optional.empty()));
        }
        if (!streamed) {
            NetworkDisk.tell(directory, directory.place(first));
        }
        List<String> warnings = new ArrayList<>(AccountPacker.warnings(archived.reports()));
        tellRetention(name, slot, archived).ifPresent(warnings::add);
        if (ArchiveForm.of(first.name()) == ArchiveForm.INCREMENTAL) {
            warnings.addAll(uploads.unsent(plan));
        }
        warnings.addAll(uploads.unknown(plan));
        warnings.addAll(uploads.unreadable(plan));
        BackupResult result =
                new BackupResult(
                        first.value(),
                        archived.archive().sizeBytes(),
                        archived.archive().sha256(),
                        task.session().value(),
                        warnings.stream().limit(BackupResult.MAX_WARNINGS).toList());
        JobOutcome outcome =
                warnings.isEmpty()
                        ? new JobOutcome.Succeeded(JobJson.write(result))
                        : new JobOutcome.Partial(
                                JobJson.write(result),
                                warnings.size() + " items are not as they should be");
        return new Ended(outcome, new FollowUp(points, sent));
    }

    /// A record of retention that is damaged stops the pruning, but no backup.
    private Optional<String> tellRetention(
            AccountName name, SlotName slot, AccountArchiver.Archived archived) {
        Map<String, Boolean> complete = new TreeMap<>();
        archived.reports()
                .forEach((module, report) -> complete.put(module, !report.isIncomplete()));
        try {
            retention.packed(name, slot, complete);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    "retention does not know whether databases are missing: " + e.getMessage());
        }
    }

    private RestorePoint point(
            AccountName name,
            Tier tier,
            SlotName slot,
            ObjectKey key,
            AccountArchiver.Archived archived) {
        return new RestorePoint(
                name,
                DestinationId.LOCAL,
                tier,
                slot.date(),
                key,
                archived.archive().sizeBytes(),
                archived.archive().sha256(),
                plant.clock().instant(),
                plant.node());
    }
}
