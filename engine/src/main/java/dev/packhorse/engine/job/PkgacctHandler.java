package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.EarlierArchive;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.gzip.DamagedSourceException;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.LowPriority;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/// Packs one account into an archive, whole or in parts, in a folder that the caller chose, for
/// root alone, as `pkgacct` does.
public final class PkgacctHandler implements JobHandler {
    private final PackingPlant plant;
    private final Optional<ServerBackups> backups;

    /// For archives into which nothing is taken over.
    public PkgacctHandler(PackingPlant plant) {
        this(plant, Optional.empty());
    }

    /// @param backups where the scheduled archives lie, from which others may take over
    public PkgacctHandler(PackingPlant plant, Optional<ServerBackups> backups) {
        this.plant = plant;
        this.backups = backups;
    }

    @Override
    public JobKind kind() {
        return JobKind.PKGACCT;
    }

    @Override
    public Ended run(JobContext context) throws IOException {
        PkgacctArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), PkgacctArguments.class);
        AccountName name = new AccountName(arguments.account());
        SessionId session = plant.session(arguments.session(), name);
        try (FileSessionLog log = plant.sessions().openPkgacctLog(session)) {
            PkgacctLog.begin(log, arguments);
            return arguments.lowPriority()
                    ? behindOthers(() -> pack(context, arguments, session, log))
                    : pack(context, arguments, session, log);
        }
    }

    /// Work of a run.
    @FunctionalInterface
    private interface Work {
        Ended run() throws IOException;
    }

    private static Ended behindOthers(Work work) throws IOException {
        try {
            return LowPriority.call(work::run);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("unexpected failure of packing", e);
        }
    }

    private Ended pack(
            JobContext context, PkgacctArguments arguments, SessionId session, FileSessionLog log)
            throws IOException {
        AccountName name = new AccountName(arguments.account());
        Optional<Account> account = plant.services().accounts().find(name);
        if (account.isEmpty()) {
            return failed(log, "there is no account " + name + " on this server");
        }
        RemovalMark removal = RemovalMark.of(plant.services(), name);
        if (removal.stands()) {
            return failed(log, removal.refusal());
        }
        Path folder = plant.services().root().resolve(arguments.folder());
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return failed(log, "there is no folder " + arguments.folder() + " on this server");
        }
        plant.staging().requireSpace(folder, 0);
        if (arguments.incremental()) {
            return updateTree(context, arguments, account.get(), folder, session, log);
        }
        Run run = new Run(context, arguments, account.get(), folder, session, log);
        Optional<EarlierArchives.Opened> found = earlier(run);
        if (found.isPresent()) {
            try (EarlierArchives.Opened earlier = found.get()) {
                return packFile(run, Optional.of(earlier.archive()));
            } catch (DamagedSourceException e) {
                log.warn(found.get().givenUp(e));
            }
        }
        return packFile(run, Optional.empty());
    }

    private record Run(
            JobContext context,
            PkgacctArguments arguments,
            Account account,
            Path folder,
            SessionId session,
            FileSessionLog log) {}

    private Optional<EarlierArchives.Opened> earlier(Run run) throws IOException {
        if (backups.isEmpty() || !plant.reuse() || !run.arguments().mayTakeOver()) {
            return Optional.empty();
        }
        return new EarlierArchives(plant.mac(), plant.unsound(), run.log()::warn)
                .newest(
                        backups.get().directory(),
                        run.account().name(),
                        plant.packing(run.arguments().compressed()).suffix());
    }

    private Ended packFile(Run run, Optional<EarlierArchive> earlier) throws IOException {
        JobContext context = run.context();
        PkgacctArguments arguments = run.arguments();
        FileSessionLog log = run.log();
        Path folder = run.folder();
        Packing packing = plant.packing(arguments.compressed());
        String stem =
                arguments
                        .naming()
                        .stem(
                                run.account().name(),
                                plant.clock().instant().atZone(ZoneId.of(arguments.zone())));
        try (WorkFolder work = plant.staging().newFolder();
                Delivery delivery = begin(context, arguments, folder, stem, packing)) {
            PackContext packContext =
                    new PackContext(
                            run.account(),
                            plant.services(),
                            arguments.options(),
                            work.path(),
                            log,
                            context.cancellation());
            AccountArchiver.Archived archived =
                    plant.archiver(
                                    plant.hooks(
                                            packContext,
                                            new PackingHooks.Form(
                                                    false, false, arguments.partBytes() > 0)))
                            .archive(
                                    packContext,
                                    delivery.channel(),
                                    Optional.empty(),
                                    earlier,
                                    stem,
                                    plant.clock().instant().getEpochSecond(),
                                    packing,
                                    new PackTeller(context, 0, run.session()));
            List<Delivery.Delivered> delivered = delivery.publish();
            PkgacctLog.end(log, delivered, archived);
            return ended(place(folder, arguments, delivered), archived, run.session());
        } catch (ComponentException e) {
            return failed(log, String.valueOf(e.getMessage()));
        } catch (CancelledException e) {
            log.line("Stopped: " + e.getMessage());
            return BackupHandler.cancelled(context);
        }
    }

    private Ended updateTree(
            JobContext context,
            PkgacctArguments arguments,
            Account account,
            Path folder,
            SessionId session,
            FileSessionLog log)
            throws IOException {
        String name =
                ArchiveNaming.CPMOVE.stem(
                        account.name(),
                        plant.clock().instant().atZone(ZoneId.of(arguments.zone())));
        try (WorkFolder work = plant.staging().newFolder()) {
            PackContext packContext =
                    new PackContext(
                            account,
                            plant.services(),
                            arguments.options(),
                            work.path(),
                            log,
                            context.cancellation());
            AccountArchiver.Archived archived =
                    new TreeBackup(
                                    plant,
                                    plant.hooks(
                                            packContext, new PackingHooks.Form(false, true, false)))
                            .intoFolder(
                                    packContext,
                                    folder,
                                    name,
                                    context.lease().job().id(),
                                    new PackTeller(context, 0, session));
            plant.logTotals(log, folder.resolve(name).toString(), archived);
            log.line("pkgacct completed");
            return ended(arguments.folder() + "/" + name, archived, session);
        } catch (ComponentException e) {
            return failed(log, String.valueOf(e.getMessage()));
        } catch (CancelledException e) {
            log.line("Stopped: " + e.getMessage());
            return BackupHandler.cancelled(context);
        }
    }

    /// What an earlier run of the job left under its temporary name is removed.
    private static Delivery begin(
            JobContext context,
            PkgacctArguments arguments,
            Path folder,
            String stem,
            Packing packing)
            throws IOException {
        String partial = BackupDirectory.PARTIAL + context.lease().job().id();
        try (Directory opened = Directory.openTrusted(folder)) {
            opened.removeTree(ByteName.of(partial));
        }
        Path temporary = folder.resolve(partial);
        String file = stem + packing.suffix();
        return arguments.partBytes() == 0
                ? SingleFile.begin(temporary, folder.resolve(file))
                : PartFiles.begin(
                        temporary, folder.resolve(stem + "-split"), file, arguments.partBytes());
    }

    private static Ended failed(FileSessionLog log, String reason) {
        log.warn(reason);
        return Ended.with(new JobOutcome.Failed("{}", reason));
    }

    /// Where the archive is on the host: a file, or the folder of its parts.
    private static String place(
            Path folder, PkgacctArguments arguments, List<Delivery.Delivered> delivered) {
        Path first = delivered.getFirst().path();
        Path place = arguments.partBytes() == 0 ? first : first.getParent();
        return arguments.folder() + "/" + (place == null ? "" : folder.relativize(place));
    }

    private static Ended ended(String path, AccountArchiver.Archived archived, SessionId session) {
        List<String> warnings = AccountPacker.warnings(archived.reports());
        String result =
                JobJson.write(
                        new BackupResult(
                                path,
                                archived.archive().sizeBytes(),
                                archived.archive().sha256(),
                                session.value(),
                                warnings.stream().limit(BackupResult.MAX_WARNINGS).toList()));
        return Ended.with(
                warnings.isEmpty()
                        ? new JobOutcome.Succeeded(result)
                        : new JobOutcome.Partial(
                                result, warnings.size() + " items are not as they should be"));
    }
}
