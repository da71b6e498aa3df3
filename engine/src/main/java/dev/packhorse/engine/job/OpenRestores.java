package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

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
                .anyMatch(OpenRestores::hasBegun);
    }

    /// Whether what is packed of an account now would be half of one and half of another. Where
    /// restores are paused, as where one is held back, nobody knows for how long, and a backup of
    /// such an account is worth more than none.
    boolean holdUpPacking(AccountName account) {
        return !queue.paused().contains(JobKind.RESTORE)
                && (isUnderWay(account) || isRestoredFrom(account));
    }

    /// Whether another account is being made from one of this account's archives in the backup
    /// directory: packing could replace or prune it, and then the restore could not go on.
    private boolean isRestoredFrom(AccountName account) {
        AtomicBoolean found = new AtomicBoolean();
        queue.forEach(
                JobFilter.of(EnumSet.of(JobKind.RESTORE), GOING_ON),
                job -> {
                    if (hasBegun(job) && isMadeFrom(job, account)) {
                        found.set(true);
                    }
                });
        return found.get();
    }

    private static boolean hasBegun(Job job) {
        return job.state() == JobState.ACTIVE || job.resumeMark().isPresent();
    }

    private static boolean isMadeFrom(Job job, AccountName account) {
        String json = job.request().arguments();
        if (!json.contains("\"" + account.value() + "\"")) {
            return false;
        }
        try {
            RestoreArguments arguments = JobJson.read(json, RestoreArguments.class);
            return arguments.archivePath().isEmpty()
                    && arguments.destination().equals(DestinationId.LOCAL.value())
                    && arguments.packedAs().equals(account);
        } catch (IllegalArgumentException _) {
            // such a job restores nothing
            return false;
        }
    }

    /// The safety copies from which restores are made that are not over.
    ///
    /// @throws IllegalArgumentException if one has arguments that cannot be read
    Set<NeededCopies.Copy> copies() {
        Set<NeededCopies.Copy> copies = new HashSet<>();
        queue.forEach(
                JobFilter.of(EnumSet.of(JobKind.RESTORE), OPEN),
                job -> copyOf(job).ifPresent(copies::add));
        return copies;
    }

    private static Optional<NeededCopies.Copy> copyOf(Job job) {
        // few have one, and a recovery has thousands of others
        if (!job.request().arguments().contains(RestoreArguments.SAFETY)) {
            return Optional.empty();
        }
        RestoreArguments arguments =
                JobJson.read(job.request().arguments(), RestoreArguments.class);
        return arguments.destination().equals(RestoreArguments.SAFETY)
                ? Optional.of(
                        new NeededCopies.Copy(
                                arguments.packedAs().value(), arguments.restorePoint()))
                : Optional.empty();
    }
}
