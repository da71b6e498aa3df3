package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
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
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Packs one account into the backup directory. The catalog learns of the archive, and the uploads
/// of it are enqueued, in the transaction that ends the job.
public final class BackupHandler implements JobHandler {
    private final PackingPlant plant;
    private static final Duration UNTIL_ROOM = Duration.ofSeconds(5);

    /// The clock may be set meanwhile.
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final ServerBackups backups;
    private final BackupUploads uploads;
    private final PackingRoom room;
    private final PinStore pins;

    /// @param pins where what bears a label is pinned as soon as it is there, before the catalog,
    ///   and so retention, learns of it
    public BackupHandler(
            PackingPlant plant,
            ServerBackups backups,
            DestinationStore destinations,
            PackingRoom room,
            PinStore pins) {
        this.plant = plant;
        this.backups = backups;
        this.uploads = new BackupUploads(destinations, backups, plant.node());
        this.room = room;
        this.pins = pins;
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
        Optional<PackingRoom.Reserved> reserved = room.reserve(backups.config(), name);
        if (reserved.isEmpty()) {
            return Ended.with(
                    new JobOutcome.Snoozed(
                            UNTIL_ROOM,
                            "archives in the backup directory wait to be sent (backup.staging_limit)"));
        }
        try (var _ = reserved.get()) {
            return run(context, arguments, name);
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

    private Ended run(JobContext context, BackupArguments arguments, AccountName name)
            throws IOException {
        SessionId session = plant.session(arguments.session(), name);
        try (FileSessionLog log = plant.sessions().openPkgacctLog(session)) {
            log.line("pkgacct started.");
            Ended ended = pack(context, arguments, session, log);
            log.line("pkgacct " + (isArchive(ended.outcome()) ? "completed." : "failed."));
            return ended;
        }
    }

    private static boolean isArchive(JobOutcome outcome) {
        return outcome instanceof JobOutcome.Succeeded || outcome instanceof JobOutcome.Partial;
    }

    private Ended pack(
            JobContext context, BackupArguments arguments, SessionId session, FileSessionLog log)
            throws IOException {
        AccountName name = new AccountName(arguments.account());
        Optional<Account> account = plant.services().accounts().find(name);
        if (account.isEmpty()) {
            return failed(log, "there is no account " + name + " on this server");
        }
        Optional<Plan> plan = backups.plans().choose(account.get()).map(AccountPlans.Chosen::plan);
        BackupConfig config = backups.config();
        BackupDirectory directory = backups.directory(config);
        BackupPlace place = new BackupPlace(backups, config);
        try {
            place.requireMounted();
            directory.makeFolders(directory.root());
            place.requireFree(directory);
        } catch (IOException e) {
            return failed(log, String.valueOf(e.getMessage()));
        }
        SlotName slot = SlotName.parse(arguments.date());
        ArchiveForm form = form(config);
        ObjectKey key =
                BackupDirectory.archiveKey(arguments.tiers().getFirst(), slot, name, suffix(form));
        TimeLimit limit = TimeLimit.of(config.packTimeout(), context.cancellation());
        try (limit;
                WorkFolder work = plant.staging().newFolder()) {
            plant.staging().requireSpace(directory.root(), previousSize(directory, key));
            PackContext packContext =
                    new PackContext(
                            account.get(),
                            plant.services(),
                            options(config, plan),
                            work.path(),
                            log,
                            limit);
            BiConsumer<Long, Long> progress =
                    (members, bytes) -> tell(context, members, bytes, session);
            JobId job = context.lease().job().id();
            PackingHooks hooks =
                    plant.hooks(
                            packContext,
                            new PackingHooks.Form(true, form == ArchiveForm.INCREMENTAL, false));
            AccountArchiver.Archived archived =
                    form == ArchiveForm.INCREMENTAL
                            ? new TreeBackup(plant, hooks, arguments.label())
                                    .intoDirectory(
                                            packContext,
                                            directory,
                                            key,
                                            job,
                                            config.isOn(ConfigKey.LINKDEST),
                                            progress)
                            : new FileBackup(plant, hooks, arguments.label())
                                    .intoDirectory(
                                            packContext,
                                            directory,
                                            key,
                                            packing(form),
                                            !config.isOn(ConfigKey.DISABLE_METADATA),
                                            job,
                                            progress);
            plant.logTotals(log, directory.place(key), archived);
            return ended(context.lease().job(), arguments, plan, directory, key, archived, session);
        } catch (ComponentException e) {
            return failed(log, String.valueOf(e.getMessage()));
        } catch (CancelledException e) {
            if (limit.hasExpired()) {
                return failed(log, "not done within " + seconds(config) + " (maximum_timeout)");
            }
            log.line("Stopped: " + e.getMessage());
            return cancelled(context);
        }
    }

    private static String seconds(BackupConfig config) {
        return config.packTimeout().toSeconds() + " seconds";
    }

    private static ArchiveForm form(BackupConfig config) {
        return switch (config.text(ConfigKey.BACKUPTYPE)) {
            case "incremental" -> ArchiveForm.INCREMENTAL;
            case "uncompressed" -> ArchiveForm.UNCOMPRESSED;
            default -> ArchiveForm.COMPRESSED;
        };
    }

    private Packing packing(ArchiveForm form) {
        return plant.packing(form == ArchiveForm.COMPRESSED);
    }

    private String suffix(ArchiveForm form) {
        return form == ArchiveForm.INCREMENTAL ? "" : packing(form).suffix();
    }

    /// What the configuration and the account's plan leave out; exclude files count.
    private static PackOptions options(BackupConfig config, Optional<Plan> plan) {
        EnumSet<PackSkip> skips = EnumSet.noneOf(PackSkip.class);
        if (!config.isOn(ConfigKey.BACKUPLOGS)) {
            skips.add(PackSkip.LOGS);
        }
        if (!config.isOn(ConfigKey.BACKUPBWDATA)) {
            skips.add(PackSkip.BANDWIDTH);
        }
        if (config.text(ConfigKey.MYSQLBACKUP).equals("dir")) {
            skips.add(PackSkip.MYSQL);
        }
        if (!config.isOn(ConfigKey.PSQLBACKUP)) {
            skips.add(PackSkip.POSTGRES);
        }
        plan.ifPresent(each -> skips.addAll(each.leftOut()));
        return PackOptions.ALL.without(skips).obeyingExcludeFiles();
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

    /// The archive that is there is the best guess at the size of the next. Nobody knows how much
    /// of a tree will be new.
    private static long previousSize(BackupDirectory directory, ObjectKey key) throws IOException {
        Path archive = directory.place(key);
        return Files.isRegularFile(archive) ? Files.size(archive) : 0;
    }

    private static void tell(JobContext context, long members, long bytes, SessionId session) {
        context.progress(
                JobJson.write(new Progress("packing", members, bytes, 0, session.value())));
    }

    private Ended ended(
            Job job,
            BackupArguments arguments,
            Optional<Plan> plan,
            BackupDirectory directory,
            ObjectKey first,
            AccountArchiver.Archived archived,
            SessionId session)
            throws IOException {
        List<RestorePoint> points = new ArrayList<>();
        List<JobRequest> sent = new ArrayList<>();
        AccountName name = new AccountName(arguments.account());
        SlotName slot = SlotName.parse(arguments.date());
        String suffix = first.name().substring(name.value().length());
        for (Tier tier : arguments.tiers()) {
            ObjectKey key = BackupDirectory.archiveKey(tier, slot, name, suffix);
            if (!key.equals(first)) {
                directory.link(first, key, job.id());
            }
            points.add(point(name, tier, slot, key, archived).withLabel(arguments.label()));
            if (ArchiveForm.of(key.name()) != ArchiveForm.INCREMENTAL) {
                sent.addAll(uploads.of(job, arguments, plan, tier, key, archived));
            }
        }
        if (!arguments.label().isEmpty()) {
            pins.add(new Pin(name, slot, Optional.empty(), Optional.empty()));
        }
        List<String> warnings = new ArrayList<>(AccountPacker.warnings(archived.reports()));
        if (ArchiveForm.of(first.name()) == ArchiveForm.INCREMENTAL) {
            warnings.addAll(uploads.unsent(plan));
        }
        warnings.addAll(uploads.unknown(plan));
        BackupResult result =
                new BackupResult(
                        first.value(),
                        archived.archive().sizeBytes(),
                        archived.archive().sha256(),
                        session.value(),
                        warnings.stream().limit(BackupResult.MAX_WARNINGS).toList());
        JobOutcome outcome =
                warnings.isEmpty()
                        ? new JobOutcome.Succeeded(JobJson.write(result))
                        : new JobOutcome.Partial(
                                JobJson.write(result),
                                warnings.size() + " items are not as they should be");
        return new Ended(outcome, new FollowUp(points, sent));
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
