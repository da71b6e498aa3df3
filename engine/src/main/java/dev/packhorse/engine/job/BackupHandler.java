package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// Packs one account into the backup directory. The catalog learns of the archive, and the uploads
/// of it are enqueued, in the transaction that ends the job.
public final class BackupHandler implements JobHandler {
    private final PackingPlant plant;
    private final ServerBackups backups;
    private final DestinationStore destinations;

    public BackupHandler(PackingPlant plant, ServerBackups backups, DestinationStore destinations) {
        this.plant = plant;
        this.backups = backups;
        this.destinations = destinations;
    }

    @Override
    public JobKind kind() {
        return JobKind.BACKUP;
    }

    @Override
    public Ended run(JobContext context) throws IOException {
        BackupArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), BackupArguments.class);
        AccountName name = new AccountName(arguments.account());
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
        BackupConfig config = backups.config();
        String type = config.text(ConfigKey.BACKUPTYPE);
        if (type.equals("incremental")) {
            return failed(
                    log,
                    "backuptype incremental is not there yet: set it to compressed or uncompressed");
        }
        Packing packing = plant.packing(type.equals("compressed"));
        BackupDirectory directory = backups.directory(config);
        directory.makeFolders(directory.root());
        LocalDate date = LocalDate.parse(arguments.date());
        ObjectKey key =
                BackupDirectory.archiveKey(
                        arguments.tiers().getFirst(), date, name, packing.suffix());
        try (WorkFolder work = plant.staging().newFolder();
                BackupDirectory.Pending pending =
                        directory.begin(key, context.lease().job().id())) {
            plant.staging().requireSpace(directory.root(), previousSize(directory, key));
            PackContext packContext =
                    new PackContext(
                            account.get(),
                            plant.services(),
                            options(config),
                            work.path(),
                            log,
                            context.cancellation());
            var archived =
                    plant.archiver()
                            .archive(
                                    packContext,
                                    pending.file(),
                                    name.value(),
                                    plant.clock().instant().getEpochSecond(),
                                    packing,
                                    (members, bytes) -> tell(context, members, bytes, session));
            byte[] manifest = plant.manifest(name, key.name(), archived);
            pending.publish(manifest);
            plant.logTotals(log, directory.place(key), archived);
            return ended(context.lease().job(), arguments, directory, key, archived, session);
        } catch (ComponentException e) {
            return failed(log, String.valueOf(e.getMessage()));
        } catch (CancelledException e) {
            log.line("Stopped: " + e.getMessage());
            return cancelled(context);
        }
    }

    /// What the configuration leaves out; exclude files count.
    private static PackOptions options(BackupConfig config) {
        EnumSet<PackSkip> skips = EnumSet.noneOf(PackSkip.class);
        if (!config.isOn(ConfigKey.BACKUPLOGS)) {
            skips.add(PackSkip.LOGS);
        }
        if (!config.isOn(ConfigKey.BACKUPBWDATA)) {
            skips.add(PackSkip.BANDWIDTH);
        }
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

    /// The archive that is there is the best guess at the size of the next.
    private static long previousSize(BackupDirectory directory, ObjectKey key) throws IOException {
        return Files.exists(directory.place(key)) ? Files.size(directory.place(key)) : 0;
    }

    private static void tell(JobContext context, long members, long bytes, SessionId session) {
        context.progress(
                JobJson.write(new Progress("packing", members, bytes, 0, session.value())));
    }

    private Ended ended(
            Job job,
            BackupArguments arguments,
            BackupDirectory directory,
            ObjectKey first,
            AccountArchiver.Archived archived,
            SessionId session)
            throws IOException {
        List<RestorePoint> points = new ArrayList<>();
        List<JobRequest> uploads = new ArrayList<>();
        AccountName name = new AccountName(arguments.account());
        LocalDate date = LocalDate.parse(arguments.date());
        String suffix = first.name().substring(name.value().length());
        for (Tier tier : arguments.tiers()) {
            ObjectKey key = BackupDirectory.archiveKey(tier, date, name, suffix);
            if (!key.equals(first)) {
                directory.link(first, key, job.id());
            }
            points.add(point(name, tier, date, key, archived));
            uploads.addAll(uploads(job, name, tier, date, key, archived));
        }
        List<String> warnings = AccountPacker.warnings(archived.reports());
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
        return new Ended(outcome, new FollowUp(points, uploads));
    }

    private RestorePoint point(
            AccountName name,
            Tier tier,
            LocalDate date,
            ObjectKey key,
            AccountArchiver.Archived archived) {
        return new RestorePoint(
                name,
                DestinationId.LOCAL,
                tier,
                date,
                key,
                archived.archive().sizeBytes(),
                archived.archive().sha256(),
                plant.clock().instant(),
                plant.node());
    }

    private List<JobRequest> uploads(
            Job job,
            AccountName name,
            Tier tier,
            LocalDate date,
            ObjectKey key,
            AccountArchiver.Archived archived)
            throws IOException {
        List<JobRequest> uploads = new ArrayList<>();
        for (Destination destination : destinations.contents().destinations()) {
            if (destination.takesArchives()) {
                UploadArguments upload =
                        new UploadArguments(
                                name.value(),
                                destination.id().value(),
                                tier,
                                date.toString(),
                                key.value(),
                                archived.archive().sizeBytes(),
                                archived.archive().sha256());
                uploads.add(
                        JobRequest.of(
                                        JobKind.UPLOAD,
                                        name.value(),
                                        job.request().owner(),
                                        JobJson.write(upload))
                                .withPriority(job.request().priority())
                                .withUniqueKey(
                                        "upload:"
                                                + destination.id()
                                                + ":"
                                                + key
                                                + ":"
                                                + upload.sha256())
                                .onNode(plant.node()));
            }
        }
        return uploads;
    }
}
