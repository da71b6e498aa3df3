package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A run: enqueues its jobs, and watches until all have ended; then every place is pruned. Watching
/// takes no worker: the job is snoozed between looks. A run that was killed while it enqueued goes
/// on with the accounts that have no job of this run yet.
public final class RunHandler implements JobHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RunHandler.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final int MAX_ERRORS = 100;
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    private final JobQueue queue;
    private final RunJobs jobs;
    private final ServerBackups backups;
    private final Function<Job, List<JobRequest>> afterwards;
    private final RunEvents events;

    /// @param jobs what a run consists of
    /// @param afterwards the jobs that follow a run which has ended
    /// @param events what a run shows to the outside
    public RunHandler(
            JobQueue queue,
            RunJobs jobs,
            ServerBackups backups,
            Function<Job, List<JobRequest>> afterwards,
            RunEvents events) {
        this.queue = queue;
        this.jobs = jobs;
        this.backups = backups;
        this.afterwards = afterwards;
        this.events = events;
    }

    @Override
    public JobKind kind() {
        return JobKind.RUN;
    }

    /// The owner of the jobs that a run enqueues.
    static String ownerOf(JobId run) {
        return "run:" + run;
    }

    @Override
    public Ended run(JobContext context) throws IOException, LeaseLostException {
        Job job = context.lease().job();
        RunArguments arguments = JobJson.read(job.request().arguments(), RunArguments.class);
        if (context.cancellation().isRequested() && !context.isStopping()) {
            return cancel(context, RunMark.read(job.resumeMark()));
        }
        Optional<RunMark> before = RunMark.read(job.resumeMark()).filter(RunMark::isWatching);
        if (before.isPresent()) {
            return watch(context, before.get(), arguments);
        }
        BackupConfig config = backups.config();
        if (!arguments.manual() && !config.isOn(ConfigKey.BACKUPENABLE)) {
            return Ended.with(new JobOutcome.Succeeded("{}"));
        }
        new BackupPlace(backups, config).requireMounted();
        RunFolder.begin(backups.directory(config), arguments);
        RunMark watching = events.begin(context, arguments, config).watching();
        try {
            jobs.enqueueMissing(context, job, arguments, config);
        } catch (CancelledException e) {
            if (context.isStopping()) {
                throw e;
            }
            return cancel(context, Optional.of(watching));
        }
        context.mark(watching.text());
        return watch(context, watching, arguments);
    }

    private Ended watch(JobContext context, RunMark mark, RunArguments arguments)
            throws IOException, LeaseLostException {
        Job job = context.lease().job();
        long open = queue.count(RunJobs.of(job.id(), OPEN));
        if (open > 0) {
            return Ended.with(
                    new JobOutcome.Snoozed(BETWEEN_LOOKS, open + " accounts are not done yet"));
        }
        RunResult result = summarise(job, arguments);
        FollowUp told = events.end(context, mark, arguments, result, backups);
        RunFolder.end(backups.directory(), arguments);
        LOG.atInfo()
                .addKeyValue("run", job.id())
                .addKeyValue("succeeded", result.succeeded())
                .addKeyValue("partial", result.partial())
                .addKeyValue("failed", result.failed())
                .log("run ended");
        List<JobRequest> following = new ArrayList<>(afterwards.apply(job));
        following.addAll(told.jobs());
        return new Ended(outcome(result), new FollowUp(List.of(), following));
    }

    private RunResult summarise(Job job, RunArguments arguments) throws IOException {
        Tally tally = new Tally();
        queue.forEach(RunJobs.of(job.id(), EnumSet.allOf(JobState.class)), tally::add);
        List<String> leftOut = new ArrayList<>();
        BackupConfig config = backups.config();
        RunChoice choice = jobs.choice(arguments, config);
        for (AccountName name : jobs.wanted(arguments)) {
            if (!tally.subjects.contains(name.value())) {
                choice.leavesOut(name).ifPresent(reason -> leftOut.add(name + ": " + reason));
            }
        }
        String nobody = tally.hasAccounts() ? "" : jobs.nobody(arguments, config, choice, leftOut);
        return tally.result(leftOut, nobody);
    }

    private static JobOutcome outcome(RunResult result) {
        String json = JobJson.write(result);
        return switch (RunState.of(result)) {
            case SUCCESS ->
                    result.partial() == 0
                            ? new JobOutcome.Succeeded(json)
                            : new JobOutcome.Partial(json, reason(result));
            case PARTIAL_FAILURE -> new JobOutcome.Partial(json, reason(result));
            case FAILURE -> new JobOutcome.Failed(json, reason(result));
        };
    }

    private static String reason(RunResult result) {
        List<String> parts = new ArrayList<>();
        if (result.missing() > 0) {
            parts.add(
                    result.failed()
                            + " accounts failed, "
                            + result.cancelled()
                            + " were cancelled");
        }
        if (!result.nobody().isEmpty()) {
            parts.add(result.nobody());
        }
        if (result.missing() == 0) {
            parts.addAll(warned(result));
        }
        return String.join("; ", parts);
    }

    private static List<String> warned(RunResult result) {
        int accounts = result.partial() - result.warnings().size();
        List<String> parts = new ArrayList<>(result.warnings());
        if (accounts > 0) {
            parts.addFirst(accounts + " accounts have warnings");
        }
        return parts;
    }

    private Ended cancel(JobContext context, Optional<RunMark> mark) throws IOException {
        Job job = context.lease().job();
        for (Job child : queue.list(RunJobs.of(job.id(), OPEN))) {
            queue.requestCancel(child.id(), ownerOf(job.id()));
        }
        events.cancelled(mark, backups);
        return Ended.with(new JobOutcome.Cancelled("{}"));
    }

    /// Counts the jobs of a run by how they ended.
    private static final class Tally {
        private final Set<String> subjects = new HashSet<>();
        private final List<String> errors = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private int succeeded;
        private int partial;
        private int failed;
        private int cancelled;

        void add(Job job) {
            subjects.add(job.request().subject());
            if (job.request().kind() == JobKind.SYSTEM_BACKUP) {
                if (job.state() == JobState.SUCCEEDED) {
                    return;
                }
                if (job.state() == JobState.PARTIAL) {
                    warnings.add(job.request().subject() + ": " + job.reason());
                }
            }
            switch (job.state()) {
                case SUCCEEDED -> succeeded++;
                case PARTIAL -> partial++;
                case FAILED -> {
                    failed++;
                    if (errors.size() < MAX_ERRORS) {
                        errors.add(job.request().subject() + ": " + job.reason());
                    }
                }
                case CANCELLED -> cancelled++;
                case HELD, PENDING, ACTIVE ->
                        throw new IllegalStateException("still open: " + job.id());
            }
        }

        /// Whether a job was for an account, however it ended.
        boolean hasAccounts() {
            return subjects.stream().anyMatch(subject -> !subject.equals(RunJobs.SYSTEM));
        }

        RunResult result(List<String> leftOut, String nobody) {
            return new RunResult(
                    succeeded, partial, failed, cancelled, leftOut, errors, warnings, nobody);
        }
    }
}
