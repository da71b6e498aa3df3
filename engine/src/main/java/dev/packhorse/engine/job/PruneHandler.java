package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes from one place the points that no rule keeps. Waits until the run that it follows has
/// sent everything there, makes one plan, and carries it out unless a brake stops it. A prune that
/// was cut short ends the removals that were begun and plans again: the points that stay are the
/// same.
///
/// Needs no space: neither the log nor the record of pruning has to be writable.
public final class PruneHandler implements JobHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PruneHandler.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(20);
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    /// The name that sessions of pruning begin with.
    public static final String SESSION = "prune";

    private final PrunePlanner planner;
    private final TransportOpener opener;
    private final SessionStore sessions;
    private final Function<Notice, List<JobRequest>> telling;

    /// @param telling the jobs that tell people
    public PruneHandler(
            PrunePlanner planner,
            TransportOpener opener,
            SessionStore sessions,
            Function<Notice, List<JobRequest>> telling) {
        this.planner = planner;
        this.opener = opener;
        this.sessions = sessions;
        this.telling = telling;
    }

    @Override
    public JobKind kind() {
        return JobKind.PRUNE;
    }

    @Override
    public Ended run(JobContext context) throws IOException {
        PruneArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), PruneArguments.class);
        DestinationId id = new DestinationId(arguments.destination());
        Optional<Destination> destination = planner.destinations().find(id);
        if (!id.isLocal() && (destination.isEmpty() || destination.get().disabled())) {
            String why = destination.isEmpty() ? "is not there any more" : "is disabled";
            return Ended.with(new JobOutcome.Failed("{}", "destination " + id + " " + why));
        }
        long unsent = unsent(arguments);
        if (unsent > 0) {
            return Ended.with(
                    new JobOutcome.Snoozed(BETWEEN_LOOKS, unsent + " uploads are not done yet"));
        }
        try (OpenedLog opened = openLog(arguments)) {
            return logged(context, arguments, destination, opened);
        } catch (CancelledException _) {
            return BackupHandler.cancelled(context);
        }
    }

    private Ended logged(
            JobContext context,
            PruneArguments arguments,
            Optional<Destination> destination,
            OpenedLog opened)
            throws IOException {
        try (PrunedPlace place = place(destination)) {
            Ended ended = prune(context, arguments, place, opened);
            opened.log().line("prune completed.");
            return ended;
        } catch (IOException e) {
            opened.log().warn(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private PrunedPlace place(Optional<Destination> destination) throws IOException {
        return destination.isPresent()
                ? new RemotePlace(destination.get().name(), opener.open(destination.get()))
                : new LocalPlace(BackupPlace.mounted(planner.backups()));
    }

    /// Uploads of the run to this place that are still open. The backup directory has none: what
    /// waits to be sent from it is kept by the plan.
    private long unsent(PruneArguments arguments) {
        if (arguments.run().isEmpty() || arguments.destination().equals("local")) {
            return 0;
        }
        JobFilter filter = JobFilter.of(Set.of(JobKind.UPLOAD), OPEN);
        JobFilter ofRun =
                new JobFilter(
                        filter.kinds(),
                        filter.states(),
                        Optional.of(RunHandler.ownerOf(new JobId(arguments.run()))),
                        Optional.empty(),
                        filter.limit());
        return planner.queue().list(ofRun).stream()
                .map(job -> JobJson.read(job.request().arguments(), UploadArguments.class))
                .filter(upload -> !upload.system())
                .filter(upload -> upload.destination().equals(arguments.destination()))
                .count();
    }

    private Ended prune(
            JobContext context, PruneArguments arguments, PrunedPlace place, OpenedLog opened)
            throws IOException {
        if (arguments.confirm()) {
            planner.confirmClock();
        }
        DestinationId id = new DestinationId(arguments.destination());
        PrunePlanner.Wanted wanted =
                new PrunePlanner.Wanted(
                        id,
                        arguments.account().isEmpty()
                                ? Optional.empty()
                                : Optional.of(new AccountName(arguments.account())),
                        arguments.confirm()
                                ? Optional.of(context.lease().job().createdAt())
                                : Optional.empty(),
                        arguments.force());
        PruneRun run = new PruneRun(planner, place, wanted, context, opened.log());
        Optional<String> stopped = run.carryOut(arguments.forgetMissing());
        PruneResult result = run.result(opened.session());
        note(id, wanted, stopped, run.left());
        List<JobRequest> alarms =
                stopped.map(reason -> telling.apply(Events.pruneBrake(id.value(), reason)))
                        .orElse(List.of());
        return new Ended(outcome(stopped, result), new FollowUp(List.of(), alarms));
    }

    private static JobOutcome outcome(Optional<String> stopped, PruneResult result) {
        String json = JobJson.write(result);
        if (stopped.isPresent()) {
            return new JobOutcome.Failed(json, "pruning is stopped: " + stopped.get());
        }
        return result.warnings().isEmpty()
                ? new JobOutcome.Succeeded(json)
                : new JobOutcome.Partial(json, result.warnings().size() + " points stayed");
    }

    private void note(
            DestinationId id, PrunePlanner.Wanted wanted, Optional<String> stopped, int left) {
        try {
            if (stopped.isPresent()) {
                LOG.atError()
                        .addKeyValue("destination", id)
                        .addKeyValue("reason", stopped.get())
                        .log("pruning is stopped");
                planner.record().stop(id, stopped.get());
            } else if (wanted.account().isEmpty()) {
                planner.record().pruned(id, left);
                planner.forgetIncomplete();
                if (wanted.confirmed().isPresent()) {
                    planner.record().confirm(id, wanted.confirmed().get(), planner.guard().now());
                }
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the record of pruning could not be written");
        }
    }

    /// A log, if one could be opened, and the name of its session.
    private record OpenedLog(SessionLog log, String session, List<FileSessionLog> files)
            implements AutoCloseable {
        @Override
        public void close() {
            files.forEach(FileSessionLog::close);
        }
    }

    private OpenedLog openLog(PruneArguments arguments) {
        try {
            SessionId id =
                    arguments.session().isEmpty()
                            ? sessions.createPkgacct(SESSION).id()
                            : new SessionId(arguments.session());
            FileSessionLog file = sessions.openPkgacctLog(id);
            return new OpenedLog(file, id.value(), List.of(file));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("this prune has no log of its own");
            return new OpenedLog(new UnwrittenLog(), "", List.of());
        }
    }
}
