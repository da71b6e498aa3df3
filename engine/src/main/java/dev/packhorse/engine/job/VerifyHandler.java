package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads copies at one place and compares them with the catalog, which keeps what is found. Changes
/// nothing at the place. A place that cannot be reached says nothing of its copies: the job tries
/// again, and they stay as old as they are.
public final class VerifyHandler implements JobHandler {
    /// The name that sessions of verification begin with.
    public static final String SESSION = "verify";

    private final VerifyPlanner planner;
    private final Parts parts;
    private final Function<Notice, List<JobRequest>> telling;

    /// What verifications work with.
    ///
    /// @param backups the backup directory
    /// @param destinations the destinations
    /// @param opener opens them
    /// @param health which of them are left alone
    /// @param mac proves manifests
    /// @param sessions the sessions and their logs
    /// @param staging where an index waits
    /// @param record learns of damage that other trees may share
    public record Parts(
            ServerBackups backups,
            DestinationStore destinations,
            TransportOpener opener,
            DestinationHealth health,
            ManifestMac mac,
            SessionStore sessions,
            StagingArea staging,
            RetentionRecord record) {}

    /// @param telling the jobs that tell people
    public VerifyHandler(
            VerifyPlanner planner, Parts parts, Function<Notice, List<JobRequest>> telling) {
        this.planner = planner;
        this.parts = parts;
        this.telling = telling;
    }

    @Override
    public JobKind kind() {
        return JobKind.VERIFY;
    }

    @Override
    public Ended run(JobContext context) throws IOException, LeaseLostException {
        VerifyArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), VerifyArguments.class);
        DestinationId id = new DestinationId(arguments.destination());
        Optional<Destination> destination = parts.destinations().find(id);
        if (!id.isLocal() && (destination.isEmpty() || destination.get().disabled())) {
            String why = destination.isEmpty() ? "is not there any more" : "is disabled";
            return Ended.with(new JobOutcome.Failed("{}", "destination " + id + " " + why));
        }
        Optional<DestinationHealth.Paused> paused =
                id.isLocal()
                        ? Optional.empty()
                        : parts.health().admit(id, planner.clock().instant());
        if (paused.isPresent()) {
            return Ended.with(
                    new JobOutcome.Snoozed(
                            paused.get().left(), "it is paused after: " + paused.get().reason()));
        }
        SessionId session =
                arguments.session().isEmpty()
                        ? parts.sessions().createPkgacct(SESSION).id()
                        : new SessionId(arguments.session());
        try (FileSessionLog log = parts.sessions().openPkgacctLog(session);
                WorkFolder work = parts.staging().newFolder()) {
            return logged(context, arguments, destination, work, session, log);
        } catch (CancelledException _) {
            return BackupHandler.cancelled(context);
        }
    }

    private Ended logged(
            JobContext context,
            VerifyArguments arguments,
            Optional<Destination> destination,
            WorkFolder work,
            SessionId session,
            FileSessionLog log)
            throws IOException, LeaseLostException {
        try (VerifiedPlace place = place(destination, work)) {
            VerifyRun run =
                    new VerifyRun(
                            planner,
                            place,
                            arguments,
                            progress ->
                                    new CopyExamination(
                                            place,
                                            parts.mac(),
                                            work.path(),
                                            progress,
                                            context.cancellation()),
                            context,
                            log,
                            session.value(),
                            parts.record());
            run.carryOut();
            destination.ifPresent(each -> parts.health().worked(each.id()));
            return ended(context, arguments, run);
        } catch (VerifyRun.NotBelievedException e) {
            String reason = String.valueOf(e.getMessage());
            log.warn(reason);
            Notice notice = Events.placeNotBelieved(arguments.destination(), reason);
            return new Ended(
                    new JobOutcome.Failed("{}", reason),
                    new FollowUp(List.of(), telling.apply(notice)));
        } catch (CancelledException e) {
            log.line("Stopped");
            throw e;
        } catch (TransportException e) {
            destination.ifPresent(
                    each -> parts.health().failed(each.id(), e, planner.clock().instant()));
            log.warn(String.valueOf(e.getMessage()));
            throw e;
        } catch (IOException e) {
            log.warn(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private VerifiedPlace place(Optional<Destination> destination, WorkFolder work)
            throws IOException {
        return destination.isPresent()
                ? new RemoteCopies(
                        parts.opener().open(destination.get()), work.path(), parts.staging())
                : new LocalCopies(BackupPlace.mounted(parts.backups()));
    }

    private Ended ended(JobContext context, VerifyArguments arguments, VerifyRun run)
            throws LeaseLostException {
        List<String> bad = run.badSinceBegin();
        // Somebody who has it tried again wants everything to be read again.
        context.mark(Optional.empty());
        List<JobRequest> alarms =
                bad.isEmpty()
                        ? List.of()
                        : telling.apply(
                                Events.copiesDamaged(
                                        arguments.destination(),
                                        context.lease().job().id().value(),
                                        bad));
        return new Ended(outcome(run.result(), bad.size()), new FollowUp(List.of(), alarms));
    }

    private static JobOutcome outcome(VerifyResult result, int bad) {
        String json = JobJson.write(result);
        if (bad > 0) {
            return new JobOutcome.Failed(
                    json,
                    bad
                            + " copies are damaged or missing: "
                            + result.findings().stream()
                                    .findFirst()
                                    .orElse("see the log of the run before"));
        }
        return result.findings().isEmpty()
                ? new JobOutcome.Succeeded(json)
                : new JobOutcome.Partial(json, result.findings().getFirst());
    }
}
