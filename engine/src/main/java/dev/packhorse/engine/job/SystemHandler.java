package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.engine.system.DatabaseDumps;
import dev.packhorse.engine.system.DumpGaps;
import dev.packhorse.engine.system.SystemPacker;
import dev.packhorse.engine.system.SystemPaths;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Packs the system's own files into the backup directory (`backupfiles`), with dumps of every
/// database where `mysqlbackup` is `dir` or `both`. Each destination that takes system backups gets
/// an upload job of its own in the transaction that ends this one. As many are kept in each
/// calendar as archives of an account are, and those that wait to be sent. While databases cannot
/// be dumped the backups stay that have their last dumps.
public final class SystemHandler implements JobHandler {
    private static final int MAX_WARNINGS = 50;

    private final ServerBackups backups;
    private final HostServices services;
    private final StagingArea staging;
    private final SystemUploads uploads;
    private final JobQueue queue;

    public SystemHandler(
            ServerBackups backups,
            HostServices services,
            DestinationStore destinations,
            StagingArea staging,
            JobQueue queue,
            String node) {
        this.backups = backups;
        this.services = services;
        this.staging = staging;
        this.queue = queue;
        this.uploads = new SystemUploads(destinations, queue, node);
    }

    @Override
    public JobKind kind() {
        return JobKind.SYSTEM_BACKUP;
    }

    /// Whether a configuration asks for system backups at all.
    static boolean isWanted(BackupConfig config) {
        return config.isOn(ConfigKey.BACKUPFILES) || dumps(config);
    }

    private static boolean dumps(BackupConfig config) {
        return !config.text(ConfigKey.MYSQLBACKUP).equals("accounts");
    }

    /// What is kept between runs of one job.
    ///
    /// @param sent the destinations that have it, from a version that sent within this job
    /// @param gaps the databases without a dump
    record Journal(List<String> warnings, List<String> sent, DumpGaps gaps) {
        Journal {
            // A job of before an update has none.
            gaps = Objects.requireNonNullElse(gaps, DumpGaps.NONE);
        }
    }

    @Override
    public Ended run(JobContext context) throws IOException, LeaseLostException {
        SystemArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), SystemArguments.class);
        Optional<Path> tar = ProgramFinder.system().find("tar");
        if (tar.isEmpty()) {
            return Ended.with(
                    new JobOutcome.Failed("{}", "there is no program tar on this server"));
        }
        SystemPacker packer = new SystemPacker(services.root().folder(), tar.get());
        try {
            return carryOut(context, arguments, packer);
        } catch (CancelledException _) {
            return BackupHandler.cancelled(context);
        }
    }

    private Ended carryOut(JobContext context, SystemArguments arguments, SystemPacker packer)
            throws IOException, LeaseLostException {
        BackupConfig config = backups.config();
        BackupPlace place = new BackupPlace(backups, config);
        place.requireMounted();
        SystemFolder folder = new SystemFolder(backups.directory(config));
        Optional<Journal> before =
                context.lease().job().resumeMark().map(mark -> JobJson.read(mark, Journal.class));
        Journal journal;
        if (before.isPresent()) {
            journal = before.get();
        } else {
            journal = packOrExplain(context, arguments, config, folder, packer);
            context.mark(Optional.of(JobJson.write(journal)));
        }
        int tries = Math.max(1, config.number(ConfigKey.ERRORTHRESHHOLD));
        Map<Tier, LastDumps> lastDumps = new EnumMap<>(Tier.class);
        LocalDate made = LocalDate.parse(arguments.date());
        for (Tier tier : arguments.tiers()) {
            lastDumps.put(tier, folder.lastDumps(tier, journal.gaps(), made, queue.now()));
        }
        return new Ended(
                outcome(journal, uploads.unreadable()),
                new FollowUp(
                        List.of(),
                        uploads.of(
                                context.lease().job(),
                                arguments,
                                tries,
                                journal.sent(),
                                lastDumps)));
    }

    private static JobOutcome outcome(Journal journal, List<String> unsent) {
        List<String> warnings =
                Stream.concat(journal.warnings().stream(), unsent.stream()).toList();
        String result = JobJson.write(new Journal(warnings, journal.sent(), journal.gaps()));
        if (warnings.isEmpty()) {
            return new JobOutcome.Succeeded(result);
        }
        List<String> reasons = new ArrayList<>();
        if (!journal.warnings().isEmpty()) {
            reasons.add(leftOut(journal));
        }
        reasons.addAll(unsent);
        return new JobOutcome.Partial(result, String.join("; ", reasons));
    }

    private static String leftOut(Journal journal) {
        String items = journal.warnings().size() + " items were left out";
        return journal.gaps().any()
                ? items
                        + ", among them "
                        + journal.gaps().text()
                        + "; the backups that have their last dumps are kept"
                : items;
    }

    private Journal packOrExplain(
            JobContext context,
            SystemArguments arguments,
            BackupConfig config,
            SystemFolder folder,
            SystemPacker packer)
            throws IOException {
        try {
            return pack(context, arguments, config, folder, packer);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw NetworkDisk.explained(backups, folder.directory(), e);
        }
    }

    private Journal pack(
            JobContext context,
            SystemArguments arguments,
            BackupConfig config,
            SystemFolder folder,
            SystemPacker packer)
            throws IOException {
        JobId job = context.lease().job().id();
        LocalDate date = LocalDate.parse(arguments.date());
        Tier first = arguments.tiers().getFirst();
        Path target = folder.begin(first, date, job);
        Journal packed;
        boolean published = false;
        try {
            packed = fill(target, config, packer, context.cancellation());
            folder.keepDumps(target, first, date, packed.gaps());
            folder.publish(target, first, date);
            published = true;
        } finally {
            if (!published) {
                SystemFolder.giveUp(target);
            }
        }
        for (Tier tier : arguments.tiers()) {
            if (tier != first) {
                folder.link(first, tier, date, job);
            }
            LastDumps lastDumps = folder.lastDumps(tier, packed.gaps(), date, queue.now());
            prune(folder, tier, config.retention(tier), date, lastDumps, job);
        }
        return packed;
    }

    private Journal fill(
            Path target, BackupConfig config, SystemPacker packer, Cancellation cancellation)
            throws IOException {
        List<String> warnings = new ArrayList<>();
        DumpGaps gaps = DumpGaps.NONE;
        if (config.isOn(ConfigKey.BACKUPFILES)) {
            SystemPaths paths = SystemPaths.of(services.root().folder());
            warnings.addAll(paths.problems());
            warnings.addAll(packer.pack(paths.paths(), target, cancellation));
        }
        if (dumps(config)) {
            DatabaseDumps.Dumped dumped = dump(target, cancellation);
            warnings.addAll(dumped.warnings());
            gaps = dumped.gaps();
        }
        return new Journal(warnings.stream().limit(MAX_WARNINGS).toList(), List.of(), gaps);
    }

    private DatabaseDumps.Dumped dump(Path target, Cancellation cancellation) throws IOException {
        if (services.mysql().isEmpty()) {
            return new DatabaseDumps.Dumped(
                    List.of("no databases: there is no MySQL or MariaDB server here"),
                    DumpGaps.ALL);
        }
        try (WorkFolder work = staging.newFolder()) {
            return new DatabaseDumps(services.mysql().get())
                    .write(target, work.path(), cancellation);
        }
    }

    private void prune(
            SystemFolder folder, Tier tier, int kept, LocalDate run, LastDumps lastDumps, JobId job)
            throws IOException {
        Set<LocalDate> unsent = uploads.unsent(tier);
        for (LocalDate old : SystemFolder.surplus(folder.dates(tier), run, queue.now(), kept)) {
            if (!unsent.contains(old) && !lastDumps.keepHere(old)) {
                folder.remove(tier, old, job);
            }
        }
    }
}
