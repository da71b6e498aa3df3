package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveJudge;
import dev.packhorse.engine.archive.ArchiveLimits;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.session.TransferItem;
import dev.packhorse.engine.session.TransferOutcome;
import dev.packhorse.engine.session.TransferSessionLog;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Restores one account: fetch the archive, judge all of it before anything is touched, plan, run
/// the modules in order, compare with the manifest. A restore whose worker died is judged again and
/// goes on after the last module that ended.
public final class RestoreHandler implements JobHandler {
    private final List<AccountComponent> components;
    private final HostServices services;
    private final ArchiveFetcher fetcher;
    private final SessionStore sessions;
    private final StagingArea staging;
    private final RestoreHooks hooks;

    public RestoreHandler(
            List<AccountComponent> components,
            HostServices services,
            ArchiveFetcher fetcher,
            SessionStore sessions,
            StagingArea staging,
            HookRunner hooks) {
        this.components = List.copyOf(components);
        this.services = services;
        this.fetcher = fetcher;
        this.sessions = sessions;
        this.staging = staging;
        this.hooks = new RestoreHooks(hooks);
    }

    @Override
    public JobKind kind() {
        return JobKind.RESTORE;
    }

    @Override
    public Ended run(JobContext context) throws IOException, LeaseLostException {
        RestoreArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), RestoreArguments.class);
        SessionId session =
                arguments.session().isEmpty()
                        ? sessions.createTransfer("userbackup", arguments.account()).id()
                        : new SessionId(arguments.session());
        try (TransferSessionLog log =
                sessions.openTransferLog(session, TransferItem.of(arguments.account()))) {
            log.started();
            RestoreResult result;
            try {
                result = restore(context, arguments, session, log);
            } catch (CancelledException e) {
                log.text().line("Stopped: " + e.getMessage());
                end(log, failure("the restore was stopped; the account may not be whole"), 0);
                return BackupHandler.cancelled(context);
            } catch (TransportException e) {
                log.text().warn(String.valueOf(e.getMessage()));
                throw e;
            } catch (IOException e) {
                result = failure(String.valueOf(e.getMessage()));
                log.text().warn(result.message());
                end(log, result, 0);
            }
            return Ended.with(outcome(result));
        }
    }

    private RestoreResult restore(
            JobContext context,
            RestoreArguments arguments,
            SessionId session,
            TransferSessionLog log)
            throws IOException, LeaseLostException {
        AccountName account = new AccountName(arguments.account());
        try (WorkFolder work = staging.newFolder()) {
            FetchedArchive fetched = fetcher.fetch(arguments, work.path(), context.cancellation());
            log.itemStarted(fetched.sizeBytes());
            log.text().line("Checking the archive " + describe(arguments, fetched));
            Path unpacked =
                    Files.createDirectory(
                            work.path().resolve("members"), BackupDirectory.FOLDER_MODE);
            Path scratch =
                    Files.createDirectory(
                            work.path().resolve("scratch"), BackupDirectory.FOLDER_MODE);
            ArchiveLimits limits =
                    fetched.trust() == ArchiveTrust.PROVEN
                            ? ArchiveLimits.OWN
                            : ArchiveLimits.DEFAULTS;
            ArchiveJudge judge = new ArchiveJudge(limits, fetched.trust());
            try (JudgedArchive archive =
                    judge.judge(fetched.file(), unpacked, context.cancellation())) {
                check(archive, fetched, account);
                RestoreContext restore =
                        new RestoreContext(
                                account,
                                archive.facts(),
                                services,
                                RestorePlan.options(arguments),
                                fetched.trust() == ArchiveTrust.RESTRICTED,
                                scratch,
                                log.text(),
                                context.cancellation());
                ModuleRun modules =
                        new ModuleRun(components, restore, archive, fetched, context, session);
                RestoreResult result = hooks.around(restore, context, modules::run);
                deleteIfAsked(arguments, result, log);
                end(log, result, fetched.sizeBytes());
                return result;
            }
        }
    }

    private static String describe(RestoreArguments arguments, FetchedArchive fetched) {
        String what =
                arguments.archivePath().isEmpty()
                        ? "of " + arguments.restorePoint() + " at " + arguments.destination()
                        : arguments.archivePath();
        String trust =
                switch (fetched.trust()) {
                    case PROVEN -> "made by this server";
                    case VOUCHED -> "vouched for by root";
                    case RESTRICTED -> "of unknown origin: restricted restore";
                };
        return what + " (" + trust + ")";
    }

    private static void check(JudgedArchive archive, FetchedArchive fetched, AccountName account)
            throws ArchiveException {
        if (!archive.facts().account().equals(account)) {
            throw new ArchiveException(
                    ArchiveException.Kind.HOSTILE,
                    "the archive is of account %s, not of %s"
                            .formatted(archive.facts().account(), account));
        }
        boolean differs =
                fetched.sha256().filter(each -> !each.equals(archive.facts().sha256())).isPresent();
        if (differs) {
            throw new ArchiveException(
                    ArchiveException.Kind.DAMAGED,
                    "the archive does not have the digest of its manifest: it was changed or damaged since it was packed");
        }
    }

    private void deleteIfAsked(
            RestoreArguments arguments, RestoreResult result, TransferSessionLog log)
            throws IOException {
        if (arguments.deleteArchive()
                && !arguments.archivePath().isEmpty()
                && result.result() != 0) {
            try (HostArchive archive =
                    HostArchive.open(services.root().resolve(arguments.archivePath()))) {
                archive.delete();
            }
            log.text().line("Deleted " + arguments.archivePath());
        }
    }

    private static void end(TransferSessionLog log, RestoreResult result, long size) {
        log.itemEnded(
                new TransferOutcome(
                        result.result() == 0,
                        result.message(),
                        result.altered(),
                        result.dangerous(),
                        result.skipped(),
                        result.warnings()),
                size);
        log.complete();
    }

    private static RestoreResult failure(String message) {
        return new RestoreResult(
                0, message, List.of(), List.of(), List.of(), List.of(), java.util.Map.of());
    }

    private static JobOutcome outcome(RestoreResult result) {
        String json = JobJson.write(result);
        return switch (result.result()) {
            case 1 -> new JobOutcome.Succeeded(json);
            case 2 -> new JobOutcome.Partial(json, result.message());
            default -> new JobOutcome.Failed(json, result.message());
        };
    }
}
