package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.AccountSelection;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.LeaseLostException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A run: picks the accounts that are due, enqueues a backup for each, and watches until all have
/// ended. Watching takes no worker: the job is snoozed between looks. A run that was killed while
/// it enqueued goes on with the accounts that have no job of this run yet.
public final class RunHandler implements JobHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RunHandler.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final int MAX_ERRORS = 100;
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    private final JobQueue queue;
    private final AccountDirectory accounts;
    private final ServerBackups backups;
    private final RunEvents events;
    private final String node;

    public RunHandler(
            JobQueue queue,
            AccountDirectory accounts,
            ServerBackups backups,
            RunEvents events,
            String node) {
        this.queue = queue;
        this.accounts = accounts;
        this.backups = backups;
        this.events = events;
        this.node = node;
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
            return cancel(context);
        }
        Optional<RunMark> before = RunMark.read(job.resumeMark()).filter(RunMark::isWatching);
        if (before.isPresent()) {
            return watch(context, before.get(), arguments);
        }
        BackupConfig config = backups.config();
        if (!arguments.manual() && !config.isOn(ConfigKey.BACKUPENABLE)) {
            return Ended.with(new JobOutcome.Succeeded("{}"));
        }
        RunFolder.begin(backups.directory(config), arguments);
        RunMark watching = events.begin(context, arguments, config).watching();
        enqueueMissing(context, job, arguments, config);
        context.mark(watching.text());
        return watch(context, watching, arguments);
    }

    private void enqueueMissing(
            JobContext context, Job job, RunArguments arguments, BackupConfig config)
            throws IOException {
        Set<String> present = new HashSet<>();
        queue.forEach(
                ofRun(job.id(), EnumSet.allOf(JobState.class)),
                each -> present.add(each.request().subject()));
        for (AccountName name : wanted(arguments)) {
            context.cancellation().check();
            if (!present.contains(name.value()) && leavesOut(name, arguments, config).isEmpty()) {
                queue.enqueue(backupOf(name, job, arguments));
            }
        }
    }

    private List<AccountName> wanted(RunArguments arguments) throws IOException {
        return arguments.accounts().isEmpty()
                ? accounts.names()
                : arguments.accounts().stream().map(AccountName::new).toList();
    }

    /// Why an account is not backed up. One whose description is damaged is backed up: its job then
    /// fails and says why.
    private Optional<String> leavesOut(
            AccountName name, RunArguments arguments, BackupConfig config) throws IOException {
        if (!arguments.accounts().isEmpty()) {
            return Optional.empty();
        }
        Optional<Account> account;
        try {
            account = accounts.find(name);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("account", name).setCause(e).log("account cannot be read");
            return Optional.empty();
        }
        AccountSelection selection =
                AccountSelection.read(config, backups.root().resolve(AccountSelection.SKIP_LIST));
        return account.flatMap(
                each -> selection.leavesOut(name, each.suspended(), each.settings()));
    }

    private JobRequest backupOf(AccountName name, Job run, RunArguments arguments) {
        BackupArguments backup =
                new BackupArguments(
                        name.value(), arguments.tiers(), arguments.date(), run.id().value(), "");
        return JobRequest.of(JobKind.BACKUP, name.value(), ownerOf(run.id()), JobJson.write(backup))
                .withPriority(run.request().priority())
                .withUniqueKey("backup:" + arguments.date() + ":" + name)
                .withExclusiveKey("account:" + name)
                .onNode(node);
    }

    private static JobFilter ofRun(JobId run, Set<JobState> states) {
        JobFilter filter = JobFilter.of(Set.of(JobKind.BACKUP), states);
        return new JobFilter(
                filter.kinds(),
                filter.states(),
                Optional.of(ownerOf(run)),
                Optional.empty(),
                filter.limit());
    }

    private Ended watch(JobContext context, RunMark mark, RunArguments arguments)
            throws IOException, LeaseLostException {
        Job job = context.lease().job();
        long open = queue.count(ofRun(job.id(), OPEN));
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
        return new Ended(outcome(result), told);
    }

    private RunResult summarise(Job job, RunArguments arguments) throws IOException {
        Tally tally = new Tally();
        queue.forEach(ofRun(job.id(), EnumSet.allOf(JobState.class)), tally::add);
        List<String> leftOut = new ArrayList<>();
        BackupConfig config = backups.config();
        for (AccountName name : wanted(arguments)) {
            if (!tally.subjects.contains(name.value())) {
                leavesOut(name, arguments, config)
                        .ifPresent(reason -> leftOut.add(name + ": " + reason));
            }
        }
        return tally.result(leftOut);
    }

    private static JobOutcome outcome(RunResult result) {
        String json = JobJson.write(result);
        int done = result.succeeded() + result.partial();
        if (result.failed() + result.cancelled() == 0) {
            return result.partial() == 0
                    ? new JobOutcome.Succeeded(json)
                    : new JobOutcome.Partial(json, result.partial() + " accounts have warnings");
        }
        String reason =
                result.failed() + " accounts failed, " + result.cancelled() + " were cancelled";
        return done == 0
                ? new JobOutcome.Failed(json, reason)
                : new JobOutcome.Partial(json, reason);
    }

    private Ended cancel(JobContext context) throws IOException {
        Job job = context.lease().job();
        for (Job child : queue.list(ofRun(job.id(), OPEN))) {
            queue.requestCancel(child.id(), ownerOf(job.id()));
        }
        events.cancelled(context, backups);
        return Ended.with(new JobOutcome.Cancelled("{}"));
    }

    /// Counts the jobs of a run by how they ended.
    private static final class Tally {
        private final Set<String> subjects = new HashSet<>();
        private final List<String> errors = new ArrayList<>();
        private int succeeded;
        private int partial;
        private int failed;
        private int cancelled;

        void add(Job job) {
            subjects.add(job.request().subject());
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

        RunResult result(List<String> leftOut) {
            return new RunResult(succeeded, partial, failed, cancelled, leftOut, errors);
        }
    }
}
