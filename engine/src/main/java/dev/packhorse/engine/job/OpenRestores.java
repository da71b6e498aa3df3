package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import java.util.EnumSet;
import java.util.Set;

/// The restores of this server that are not over, and what others owe to them: an account that one
/// has begun to replace is neither its old nor its new self until it has ended.
///
/// @param queue where they are
public record OpenRestores(JobQueue queue) {
    private static final Set<JobState> GOING_ON = EnumSet.of(JobState.PENDING, JobState.ACTIVE);
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    /// Whether a restore of an account has begun and goes on by itself. One that is held back goes
    /// on when somebody wants it to, which may be never.
    public boolean isUnderWay(AccountName account) {
        return queue
                .list(JobFilter.of(EnumSet.of(JobKind.RESTORE), GOING_ON).about(account.value()))
                .stream()
                .anyMatch(job -> job.state() == JobState.ACTIVE || job.resumeMark().isPresent());
    }

    /// Whether what is packed of an account now would be half of one and half of another. Where
    /// restores are paused, as where one is held back, nobody knows for how long, and a backup of
    /// such an account is worth more than none.
    boolean holdUpPacking(AccountName account) {
        return !queue.paused().contains(JobKind.RESTORE) && isUnderWay(account);
    }

    /// Whether a restore that is not over is made from a safety copy.
    ///
    /// @param account whose copy it is
    /// @param copy its name
    boolean need(AccountName account, String copy) {
        return queue.list(JobFilter.of(EnumSet.of(JobKind.RESTORE), OPEN)).stream()
                .anyMatch(job -> isMadeFrom(job, account, copy));
    }

    private static boolean isMadeFrom(Job job, AccountName account, String copy) {
        // few are, and a recovery has thousands of others
        if (!job.request().arguments().contains(RestoreArguments.SAFETY)) {
            return false;
        }
        RestoreArguments arguments =
                JobJson.read(job.request().arguments(), RestoreArguments.class);
        return arguments.destination().equals(RestoreArguments.SAFETY)
                && arguments.packedAs().equals(account)
                && (arguments.restorePoint().equals(copy)
                        || arguments.restorePoint().equals(SafetyCopies.NEWEST));
    }
}
