package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.destination.UploadSlots;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.engine.system.DatabaseDumps;
import dev.packhorse.engine.system.SystemPacker;
import dev.packhorse.engine.system.SystemPaths;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Packs the system's own files into the backup directory (`backupfiles`), with dumps of every
/// database where `mysqlbackup` is `dir` or `both`, and sends them to the destinations that take
/// system backups. As many are kept in each calendar as archives of an account are. A destination
/// that fails is tried again without packing anew; what it holds is complete or not there.
public final class SystemHandler implements JobHandler {
    private static final int MAX_WARNINGS = 50;

    private final ServerBackups backups;
    private final HostServices services;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final UploadJournals journals;
    private final StagingArea staging;
    private final UploadSlots slots;

    public SystemHandler(
            ServerBackups backups,
            HostServices services,
            DestinationStore destinations,
            TransportOpener opener,
            UploadJournals journals,
            StagingArea staging,
            UploadSlots slots) {
        this.backups = backups;
        this.services = services;
        this.destinations = destinations;
        this.opener = opener;
        this.journals = journals;
        this.staging = staging;
        this.slots = slots;
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
    /// @param sent the destinations that have it
    record Journal(List<String> warnings, List<String> sent) {}

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
            return Ended.with(carryOut(context, arguments, packer));
        } catch (CancelledException _) {
            return BackupHandler.cancelled(context);
        }
    }

    private JobOutcome carryOut(JobContext context, SystemArguments arguments, SystemPacker packer)
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
            List<String> warnings = pack(context, arguments, config, folder, packer);
            journal = new Journal(warnings, List.of());
            context.mark(Optional.of(JobJson.write(journal)));
        }
        Optional<UploadSlots.Waits> waits =
                send(context, arguments, config, folder, packer, journal);
        if (waits.isPresent()) {
            return new JobOutcome.Snoozed(waits.get().delay(), waits.get().reason());
        }
        List<String> warnings = journal.warnings();
        return warnings.isEmpty()
                ? new JobOutcome.Succeeded(JobJson.write(journal))
                : new JobOutcome.Partial(
                        JobJson.write(journal), warnings.size() + " items were left out");
    }

    private List<String> pack(
            JobContext context,
            SystemArguments arguments,
            BackupConfig config,
            SystemFolder folder,
            SystemPacker packer)
            throws IOException {
        JobId job = context.lease().job().id();
        Cancellation cancellation = context.cancellation();
        LocalDate date = LocalDate.parse(arguments.date());
        Tier first = arguments.tiers().getFirst();
        List<String> warnings = new ArrayList<>();
        Path target = folder.begin(first, date, job);
        if (config.isOn(ConfigKey.BACKUPFILES)) {
            SystemPaths paths = SystemPaths.of(services.root().folder());
            warnings.addAll(paths.problems());
            warnings.addAll(packer.pack(paths.paths(), target, cancellation));
        }
        if (dumps(config)) {
            warnings.addAll(dump(target, cancellation));
        }
        folder.publish(target, first, date, job);
        for (Tier tier : arguments.tiers()) {
            if (tier != first) {
                folder.link(first, tier, date, job);
            }
            prune(folder, tier, config.retention(tier), job);
        }
        return warnings.stream().limit(MAX_WARNINGS).toList();
    }

    private List<String> dump(Path target, Cancellation cancellation) throws IOException {
        if (services.mysql().isEmpty()) {
            return List.of("no databases: there is no MySQL or MariaDB server here");
        }
        try (WorkFolder work = staging.newFolder()) {
            return new DatabaseDumps(services.mysql().get())
                    .write(target, work.path(), cancellation);
        }
    }

    /// The newest is never removed, whatever is configured.
    private static void prune(SystemFolder folder, Tier tier, int kept, JobId job)
            throws IOException {
        List<LocalDate> dates = folder.dates(tier);
        for (LocalDate old :
                dates.subList(Math.min(Math.max(1, kept), dates.size()), dates.size())) {
            folder.remove(tier, old, job);
        }
    }

    /// Sends to all that do not have it.
    ///
    /// @return empty if all got it, else what for one of them has to wait
    private Optional<UploadSlots.Waits> send(
            JobContext context,
            SystemArguments arguments,
            BackupConfig config,
            SystemFolder folder,
            SystemPacker packer,
            Journal journal)
            throws IOException, LeaseLostException {
        Set<String> sent = new LinkedHashSet<>(journal.sent());
        SystemDelivery delivery = new SystemDelivery(opener, journals, staging, packer);
        Path place = folder.place(arguments.tiers().getFirst(), LocalDate.parse(arguments.date()));
        List<IOException> failures = new ArrayList<>();
        Optional<UploadSlots.Waits> waits = Optional.empty();
        for (Destination destination : destinations.contents().destinations()) {
            boolean wanted = destination.uploadSystemBackup() && !destination.disabled();
            if (!wanted || !sent.add(destination.id().value())) {
                continue;
            }
            try {
                Optional<UploadSlots.Waits> turn =
                        send(context, delivery, place, arguments, config, destination);
                if (turn.isPresent()) {
                    sent.remove(destination.id().value());
                    waits = turn;
                    continue;
                }
                context.mark(
                        Optional.of(
                                JobJson.write(new Journal(journal.warnings(), List.copyOf(sent)))));
            } catch (CancelledException e) {
                throw e;
            } catch (IOException e) {
                // The others get theirs first.
                sent.remove(destination.id().value());
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return waits;
    }

    private Optional<UploadSlots.Waits> send(
            JobContext context,
            SystemDelivery delivery,
            Path place,
            SystemArguments arguments,
            BackupConfig config,
            Destination destination)
            throws IOException {
        switch (slots.claim(destination, context.cancellation())) {
            case UploadSlots.Waits waits -> {
                return Optional.of(waits);
            }
            case UploadSlots.Granted(var slot) -> {
                try (slot) {
                    delivery.send(place, arguments, destination, config, slot.cancellation());
                } catch (CancelledException e) {
                    if (context.cancellation().isRequested() || !slot.isLost()) {
                        throw e;
                    }
                    throw new TransportException(
                            Kind.UNAVAILABLE,
                            "send the system backup: its upload slot was lost, since it could not be renewed for minutes",
                            e);
                }
                return Optional.empty();
            }
        }
    }
}
