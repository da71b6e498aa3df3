package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/// Packs one account into `cpmove-USER.tar.gz` in a folder that the caller chose, for root alone,
/// as `pkgacct` does.
public final class PkgacctHandler implements JobHandler {
    private final PackingPlant plant;

    public PkgacctHandler(PackingPlant plant) {
        this.plant = plant;
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
            log.line("pkgacct started.");
            log.line(
                    "packhorse user %s; target folder %s; compressed %s; incremental %s; home %s; databases %s; zones %s"
                            .formatted(
                                    name,
                                    arguments.folder(),
                                    yesNo(arguments.compressed() && !arguments.incremental()),
                                    yesNo(arguments.incremental()),
                                    yesNo(!arguments.skipHome()),
                                    yesNo(!arguments.skipDatabases()),
                                    yesNo(!arguments.skipZones())));
            return pack(context, arguments, session, log);
        }
    }

    private static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }

    private Ended pack(
            JobContext context, PkgacctArguments arguments, SessionId session, FileSessionLog log)
            throws IOException {
        AccountName name = new AccountName(arguments.account());
        Optional<Account> account = plant.services().accounts().find(name);
        if (account.isEmpty()) {
            return failed(log, "there is no account " + name + " on this server");
        }
        Path folder = plant.services().root().resolve(arguments.folder());
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return failed(log, "there is no folder " + arguments.folder() + " on this server");
        }
        Packing packing = plant.packing(arguments.compressed() && !arguments.incremental());
        String suffix = arguments.incremental() ? "" : packing.suffix();
        Path target = folder.resolve("cpmove-" + name + suffix);
        plant.staging().requireSpace(folder, 0);
        PackOptions options =
                new PackOptions(
                        arguments.skipHome(), arguments.skipDatabases(), arguments.skipZones());
        try (WorkFolder work = plant.staging().newFolder()) {
            PackContext packContext =
                    new PackContext(
                            account.get(),
                            plant.services(),
                            options,
                            work.path(),
                            log,
                            context.cancellation());
            JobId job = context.lease().job().id();
            BiConsumer<Long, Long> progress =
                    (members, bytes) ->
                            context.progress(
                                    JobJson.write(
                                            new Progress(
                                                    "packing",
                                                    members,
                                                    bytes,
                                                    0,
                                                    session.value())));
            AccountArchiver.Archived archived =
                    arguments.incremental()
                            ? new TreeBackup(plant)
                                    .intoFolder(
                                            packContext, folder, "cpmove-" + name, job, progress)
                            : packFile(packContext, target, packing, job, progress);
            plant.logTotals(log, target, archived.archive());
            return ended(arguments, target, archived, session);
        } catch (ComponentException e) {
            return failed(log, String.valueOf(e.getMessage()));
        } catch (CancelledException e) {
            log.line("Stopped: " + e.getMessage());
            return BackupHandler.cancelled(context);
        }
    }

    private AccountArchiver.Archived packFile(
            PackContext context,
            Path target,
            Packing packing,
            JobId job,
            BiConsumer<Long, Long> progress)
            throws ComponentException, IOException {
        Path temporary = target.resolveSibling(BackupDirectory.PARTIAL + job);
        Files.deleteIfExists(temporary);
        try (FileChannel file =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        BackupDirectory.FILE_MODE)) {
            var archived =
                    plant.archiver()
                            .archive(
                                    context,
                                    file,
                                    Optional.empty(),
                                    Optional.empty(),
                                    "cpmove-" + context.account().name(),
                                    plant.clock().instant().getEpochSecond(),
                                    packing,
                                    progress);
            file.force(true);
            BackupDirectory.publish(temporary, target);
            return archived;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Ended failed(FileSessionLog log, String reason) {
        log.warn(reason);
        return Ended.with(new JobOutcome.Failed("{}", reason));
    }

    private static Ended ended(
            PkgacctArguments arguments,
            Path target,
            AccountArchiver.Archived archived,
            SessionId session) {
        List<String> warnings = AccountPacker.warnings(archived.reports());
        String path = arguments.folder() + "/" + target.getFileName();
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
