package dev.packhorse.engine.job;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.account.DiskLimits;
import dev.packhorse.engine.hook.HookRunner;
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
import dev.packhorse.engine.session.TransferSessions;
import dev.packhorse.engine.session.TransferTerms;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Restores one account: fetch the archive, judge all of it before anything is touched, plan, run
/// the modules in order, compare with the manifest. A restore whose worker died is judged again and
/// goes on after the last module that ended.
public final class RestoreHandler implements JobHandler {
    /// How soon an item of a paused session is looked at again.
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Parts parts;

    /// What restores work with.
    ///
    /// @param components the modules, in order
    /// @param services what this server has
    /// @param fetcher brings archives within reach
    /// @param sessions the sessions and their logs
    /// @param staging where archives are unpacked
    /// @param backups the configuration, for its limit in time
    /// @param safety takes copies of what is replaced
    /// @param hooks scripts before and after
    /// @param limits what accounts may have on their disks; empty where nobody can log in and
    ///   nothing is limited, so that no account is closed
    public record Parts(
            List<AccountComponent> components,
            HostServices services,
            ArchiveFetcher fetcher,
            SessionStore sessions,
            StagingArea staging,
            ServerBackups backups,
            SafetyCopies safety,
            HookRunner hooks,
            Optional<DiskLimits> limits) {
        public Parts {
            components = List.copyOf(components);
        }
    }

    public RestoreHandler(Parts parts) {
        this.parts = parts;
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
                        ? parts.sessions().createTransfer("userbackup", arguments.account()).id()
                        : new SessionId(arguments.session());
        Optional<JobOutcome> notNow = notNow(context, session);
        if (notNow.isPresent()) {
            return Ended.with(notNow.get());
        }
        TransferItem item =
                new TransferItem(
                        arguments.packedAs().value(),
                        arguments.account(),
                        arguments.origin().itemType());
        try (TransferSessionLog log = parts.sessions().openTransferLog(session, item)) {
            log.started();
            Ended ended = logged(context, arguments, session, log);
            new RestoreEnding(parts, context, arguments, log).settle(ended.outcome());
            return ended;
        }
    }

    private Ended logged(
            JobContext context,
            RestoreArguments arguments,
            SessionId session,
            TransferSessionLog log)
            throws IOException, LeaseLostException {
        try {
            return Ended.with(restoreOrFail(context, arguments, session, log));
        } catch (CancelledException e) {
            log.text().line("Stopped: " + e.getMessage());
            end(log, failure("the restore was stopped; the account may not be whole"), 0);
            return BackupHandler.cancelled(context);
        } catch (TransportException e) {
            log.text().warn(String.valueOf(e.getMessage()));
            throw e;
        } catch (IOException e) {
            RestoreResult result = failure(String.valueOf(e.getMessage()));
            log.text().warn(result.message());
            end(log, result, 0);
            return Ended.with(outcome(result));
        }
    }

    /// What reads members out of an archive may wrap its failures.
    private JobOutcome restoreOrFail(
            JobContext context,
            RestoreArguments arguments,
            SessionId session,
            TransferSessionLog log)
            throws IOException, LeaseLostException {
        try {
            return restore(context, arguments, session, log);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// What was asked of the item's session counts, even where a crash kept it from the queue. An
    /// item that has begun goes on in a pause, since its account is not whole.
    private Optional<JobOutcome> notNow(JobContext context, SessionId session) throws IOException {
        Optional<TransferTerms> terms = new TransferSessions(parts.sessions()).terms(session);
        if (terms.isEmpty()) {
            return Optional.empty();
        }
        boolean begun = context.lease().job().resumeMark().isPresent();
        return switch (terms.get().phase()) {
            case OPEN, STARTED -> Optional.empty();
            case PAUSED ->
                    begun
                            ? Optional.empty()
                            : Optional.of(
                                    new JobOutcome.Snoozed(
                                            PAUSE, "its transfer session is paused"));
            case ABORTED -> Optional.of(new JobOutcome.Cancelled("{}"));
        };
    }

    private JobOutcome restore(
            JobContext context,
            RestoreArguments arguments,
            SessionId session,
            TransferSessionLog log)
            throws IOException, LeaseLostException {
        Duration longest = parts.backups().config().restoreTimeout();
        TimeLimit limit = TimeLimit.of(longest, context.cancellation());
        try (limit;
                WorkFolder work = parts.staging().newFolder()) {
            Optional<SpentArchive> spent = SpentArchive.of(parts, arguments);
            RestoreWork.Done done =
                    new RestoreWork(
                                    parts,
                                    new LimitedContext(context, limit),
                                    arguments,
                                    session,
                                    log,
                                    parts.staging().ofJob(context.lease().job().id()))
                            .run(work.path());
            return switch (done) {
                case RestoreWork.Planned(PlannedRestore plan) -> planned(plan, log);
                case RestoreWork.Restored(RestoreResult restored, long size) -> {
                    RestoreResult result = disposed(spent, restored, log);
                    end(log, result, size);
                    yield outcome(result);
                }
            };
        } catch (CancelledException e) {
            if (limit.hasExpired()) {
                throw new IOException(
                        "not done within %d seconds (maximum_restore_timeout); the account may not be whole"
                                .formatted(longest.toSeconds()),
                        e);
            }
            throw e;
        }
    }

    private static JobOutcome planned(PlannedRestore plan, TransferSessionLog log) {
        String message =
                plan.conflicts().isEmpty()
                        ? "planned, nothing was changed"
                        : "planned, nothing was changed; conflicts: "
                                + String.join("; ", plan.conflicts());
        log.text().line(message);
        end(log, RestoreResult.of(1, message), 0);
        return new JobOutcome.Succeeded(JobJson.write(plan));
    }

    /// That an archive cannot be removed does not undo its restore. One of which something could
    /// not be restored may be the only copy of that.
    private static RestoreResult disposed(
            Optional<SpentArchive> spent, RestoreResult result, TransferSessionLog log) {
        if (spent.isEmpty() || result.result() == 0) {
            return result;
        }
        List<String> losses = result.losses();
        Optional<String> stays =
                losses.isEmpty()
                        ? spent.get().remove()
                        : Optional.of(
                                "not all of it was restored (%s); restore that or delete it by hand"
                                        .formatted(String.join(", ", losses)));
        if (stays.isEmpty()) {
            log.text().line("Deleted " + spent.get().shown());
            return result;
        }
        String warning = "%s was not deleted: %s".formatted(spent.get().shown(), stays.get());
        log.text().warn(warning);
        return result.withWarning(warning);
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
        return RestoreResult.of(0, message);
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
