package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.RunLog;
import dev.packhorse.engine.session.RunLogs;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a run shows to the outside besides its archives: its log, the scripts before and after it,
/// and the notification of its end. A run that is taken over by another worker goes on in the same
/// log; scripts that were under way run again.
///
/// Source: whmapi1-protocol 12.3 for the lines of the log.
public final class RunEvents {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    private final JobQueue queue;
    private final RunLogs logs;
    private final RunScripts scripts;
    private final Notices notices;

    public RunEvents(JobQueue queue, RunLogs logs, RunScripts scripts, Notices notices) {
        this.queue = queue;
        this.logs = logs;
        this.scripts = scripts;
        this.notices = notices;
    }

    /// Tells that the run begins, unless that was told before.
    ///
    /// @return the mark to go on from
    RunMark begin(JobContext context, RunArguments arguments, BackupConfig config)
            throws IOException, LeaseLostException {
        Optional<RunMark> before = RunMark.read(context.lease().job().resumeMark());
        if (before.isPresent()) {
            return before.get();
        }
        RunMark mark = RunMark.begun(logs.begin());
        try (RunLog log = logs.open(mark.log())) {
            log.line("Started at " + now());
            log.line(
                    "Run %s of %s %s".formatted(job(context), arguments.date(), arguments.tiers()));
            scripts.before(config.isOn(ConfigKey.PREBACKUP), log, context.cancellation());
        }
        context.mark(mark.text());
        return mark;
    }

    /// Tells that the run ended, and how.
    ///
    /// @param mark how far the run is, which the job as it was claimed may not say yet
    /// @return the jobs that notify people
    FollowUp end(
            JobContext context,
            RunMark mark,
            RunArguments arguments,
            RunResult result,
            ServerBackups backups)
            throws IOException, LeaseLostException {
        RunState state = RunState.of(result);
        BackupConfig config = backups.config();
        try (RunLog log = logs.open(mark.log())) {
            if (mark.phase() == RunMark.Phase.ENDING) {
                log.cutTo(mark.size());
            } else {
                context.mark(mark.ending(log.size()).text());
            }
            accounts(context, log);
            if (!result.nobody().isEmpty()) {
                log.warn("No account was backed up: " + result.nobody());
            }
            system(context, log);
            transports(context, backups, log);
            scripts.after(config.isOn(ConfigKey.POSTBACKUP), log, context.cancellation());
            log.last("Completed at " + now());
            log.last("Final state is Backup::" + state.event() + " (0)");
        }
        return notified(context, arguments, result, mark);
    }

    /// Tells that somebody ended the run before its time.
    ///
    /// @param mark how far the run was, empty if it had not begun
    void cancelled(Optional<RunMark> mark, ServerBackups backups) throws IOException {
        if (mark.isEmpty()) {
            return;
        }
        boolean withScript = backups.config().isOn(ConfigKey.POSTBACKUP);
        try (RunLog log = logs.open(mark.get().log())) {
            log.warn("The run was cancelled.");
            scripts.after(withScript, log, Cancellation.never());
            log.last("Completed at " + now());
            log.last("Final state is Backup::" + RunState.PARTIAL_FAILURE.event() + " (TERM)");
        }
    }

    private FollowUp notified(
            JobContext context, RunArguments arguments, RunResult result, RunMark mark) {
        return new FollowUp(
                List.of(),
                notices.requests(RunDigest.of(job(context), arguments, result, mark.log())));
    }

    private void accounts(JobContext context, RunLog log) {
        queue.forEach(
                ofRun(context, JobKind.BACKUP),
                job -> {
                    String account = job.request().subject();
                    switch (job.state()) {
                        case SUCCEEDED -> log.line("Backed up " + account);
                        case PARTIAL -> log.line("Backed up " + account + ": " + job.reason());
                        case FAILED ->
                                log.warn("Failed to back up " + account + ": " + job.reason());
                        case CANCELLED -> log.warn("The backup of " + account + " was cancelled");
                        case HELD, PENDING, ACTIVE ->
                                throw new IllegalStateException("still open: " + job.id());
                    }
                });
    }

    /// Only what went wrong has a line: one that is whole is no account.
    private void system(JobContext context, RunLog log) {
        queue.forEach(
                ofRun(context, JobKind.SYSTEM_BACKUP),
                job -> {
                    String what = job.request().subject();
                    switch (job.state()) {
                        case PARTIAL -> log.warn("Backed up " + what + ": " + job.reason());
                        case FAILED -> log.warn("Failed to back up " + what + ": " + job.reason());
                        case CANCELLED -> log.warn("The backup of " + what + " was cancelled");
                        case SUCCEEDED, HELD, PENDING, ACTIVE -> {}
                    }
                });
    }

    private void transports(JobContext context, ServerBackups backups, RunLog log)
            throws IOException {
        BackupDirectory directory = backups.directory();
        boolean[] any = {false};
        queue.forEach(
                ofRun(context, JobKind.UPLOAD),
                job -> {
                    any[0] = true;
                    log.line("Queuing transport of file: " + path(job, directory, backups));
                });
        if (any[0]) {
            log.line("Queuing transport reporter");
        }
    }

    private static String path(Job job, BackupDirectory directory, ServerBackups backups) {
        UploadArguments upload = JobJson.read(job.request().arguments(), UploadArguments.class);
        var place = directory.place(new ObjectKey(upload.archive()));
        return "/" + backups.root().folder().relativize(place);
    }

    private static JobFilter ofRun(JobContext context, JobKind kind) {
        return new JobFilter(
                Set.of(kind),
                EnumSet.allOf(JobState.class),
                Optional.of(RunHandler.ownerOf(job(context))),
                Optional.empty(),
                100_000);
    }

    private static JobId job(JobContext context) {
        return context.lease().job().id();
    }

    private String now() {
        return DATE.format(queue.now().atZone(logs.zone()));
    }
}
