package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Tries restores: of the account that is named, or of those whose turn it is. Each leaves a
/// record, an alarm if it showed a difference, and nothing else: its folder is removed at its end,
/// and where a process was killed when the next one starts. A drill whose worker died begins with
/// the accounts that it had not ended.
public final class DrillHandler implements JobHandler {
    /// The name that sessions of drills begin with.
    public static final String SESSION = "drill";

    /// What is unpacked beside the home: members outside of it, twice, and dumps in the server.
    private static final int ROOM = 3;

    private final DrillPlanner planner;
    private final RestoreHandler.Parts parts;
    private final Function<Notice, List<JobRequest>> telling;

    /// What a later run of the same job goes on from.
    record Mark(List<String> left, List<DrillResult.Drill> done) {
        Mark {
            left = List.copyOf(left);
            done = List.copyOf(done);
        }
    }

    /// @param parts what restores on this server work with
    /// @param telling the jobs that tell people
    public DrillHandler(
            DrillPlanner planner,
            RestoreHandler.Parts parts,
            Function<Notice, List<JobRequest>> telling) {
        this.planner = planner;
        this.parts = parts;
        this.telling = telling;
    }

    @Override
    public JobKind kind() {
        return JobKind.DRILL;
    }

    @Override
    public Ended run(JobContext context) throws IOException, LeaseLostException {
        DrillArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), DrillArguments.class);
        SessionId session =
                arguments.session().isEmpty()
                        ? parts.sessions().createPkgacct(SESSION).id()
                        : new SessionId(arguments.session());
        try (FileSessionLog log = parts.sessions().openPkgacctLog(session)) {
            return ended(drills(context, arguments, log), session);
        } catch (CancelledException _) {
            return BackupHandler.cancelled(context);
        }
    }

    private List<DrillResult.Drill> drills(
            JobContext context, DrillArguments arguments, SessionLog log)
            throws IOException, LeaseLostException {
        Mark mark = mark(context, arguments);
        List<String> left = new ArrayList<>(mark.left());
        List<DrillResult.Drill> done = new ArrayList<>(mark.done());
        while (!left.isEmpty()) {
            context.mark(Optional.of(JobJson.write(new Mark(left, done))));
            context.cancellation().check();
            AccountName account = new AccountName(left.getFirst());
            drill(context, account, !arguments.account().isEmpty(), log).ifPresent(done::add);
            left.removeFirst();
        }
        context.mark(Optional.empty());
        return done;
    }

    private Mark mark(JobContext context, DrillArguments arguments) throws IOException {
        Optional<String> before = context.lease().job().resumeMark();
        if (before.isPresent()) {
            return JobJson.read(before.get(), Mark.class);
        }
        List<String> accounts =
                arguments.account().isEmpty()
                        ? planner.next(arguments.count()).stream().map(AccountName::value).toList()
                        : List.of(arguments.account());
        return new Mark(accounts, List.of());
    }

    private Optional<DrillResult.Drill> drill(
            JobContext context, AccountName account, boolean named, SessionLog log)
            throws IOException, LeaseLostException {
        Optional<RestorePoint> found = planner.archive(account, named || planner.far());
        if (found.isEmpty()) {
            if (named) {
                throw new IOException("there is no good backup of " + account + " to be tried");
            }
            return Optional.empty();
        }
        RestorePoint point = found.get();
        log.line("Trying a restore of %s from %s".formatted(account, point.archive()));
        context.progress(
                JobJson.write(
                        new Progress(
                                "trying a restore of " + account, 0, 0, point.sizeBytes(), "")));
        Instant began = planner.clock().instant();
        DrillResult.Drill drill;
        try (WorkFolder work = parts.staging().newFolder()) {
            parts.staging().requireSpace(work.path(), room(point));
            drill = tried(context, point, work.path(), began);
        } catch (InsufficientSpaceException e) {
            log.warn("%s is left out: %s".formatted(account, e.getMessage()));
            return Optional.empty();
        }
        tell(drill, log);
        keep(point, drill);
        return Optional.of(drill);
    }

    /// As much as the account has, if its manifest tells, else a guess; once for the archive itself
    /// if it has to be fetched.
    private long room(RestorePoint point) throws IOException {
        Path manifest =
                parts.backups().directory().place(BackupDirectory.manifestKey(point.archive()));
        long unpacked = ROOM * point.sizeBytes();
        if (point.destination().isLocal() && Files.isRegularFile(manifest)) {
            unpacked =
                    Math.max(
                            unpacked,
                            2
                                    * ManifestJson.read(Files.readAllBytes(manifest))
                                            .manifest()
                                            .totals()
                                            .unpackedBytes());
        }
        return unpacked + point.sizeBytes();
    }

    private DrillResult.Drill tried(
            JobContext context, RestorePoint point, Path work, Instant began)
            throws IOException, LeaseLostException {
        Drill drill = new Drill(parts, point, context, work);
        List<String> differences = new ArrayList<>();
        try {
            drill.run();
            differences.addAll(drill.differences());
        } catch (CancelledException e) {
            throw e;
        } catch (TransportException e) {
            if (e.kind().retryable()) {
                // The place is down, which says nothing of the archive.
                throw e;
            }
            differences.add(String.valueOf(e.getMessage()));
        } catch (InsufficientSpaceException e) {
            throw e;
        } catch (IOException e) {
            differences.add(String.valueOf(e.getMessage()));
        }
        return new DrillResult.Drill(
                point.account().value(),
                point.archive().value(),
                point.destination().value(),
                differences.isEmpty(),
                drill.compared(),
                differences,
                drill.notes(),
                Duration.between(began, planner.clock().instant()).toSeconds(),
                drill.proven());
    }

    private static void tell(DrillResult.Drill drill, SessionLog log) {
        drill.notes().forEach(log::line);
        if (drill.proven()) {
            log.line("Proven: %s".formatted(drill.compared()));
        } else {
            drill.differences()
                    .forEach(each -> log.warn("%s: %s".formatted(drill.account(), each)));
        }
    }

    private void keep(RestorePoint point, DrillResult.Drill drill) {
        Instant now = planner.clock().instant();
        planner.drills()
                .keep(
                        new DrillRecord(
                                point.account(),
                                now,
                                drill.proven() ? Optional.of(now) : Optional.empty(),
                                point.destination(),
                                drill.archive(),
                                drill.seconds(),
                                drill.compared(),
                                drill.difference(),
                                drill.modules()));
    }

    private Ended ended(List<DrillResult.Drill> drills, SessionId session) {
        List<DrillResult.Drill> failed = drills.stream().filter(each -> !each.proven()).toList();
        String json = JobJson.write(new DrillResult(drills, session.value()));
        if (failed.isEmpty()) {
            return Ended.with(
                    drills.isEmpty()
                            ? new JobOutcome.Partial(json, "no restore could be tried")
                            : new JobOutcome.Succeeded(json));
        }
        List<JobRequest> alarms = new ArrayList<>();
        failed.forEach(each ->
                alarms.addAll(
                        telling.apply(
                                Events.drillFailed(
                                        each.account(), each.archive(), each.difference()))));
        DrillResult.Drill first = failed.getFirst();
        return new Ended(
                new JobOutcome.Failed(json, first.account() + ": " + first.difference()),
                new FollowUp(List.of(), alarms));
    }
}
