package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/// A handler of restores that keeps those of [JobRequest.Priority#LAST_RESTORE] back until the
/// other restores that were asked for before them are over, be it by failing: the order in which
/// jobs are begun says nothing once one of them has to be tried again, and an account that was
/// removed must not take the domain of a living one meanwhile.
public record LastRestoresHandler(JobHandler handler, JobQueue queue) implements JobHandler {
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    @Override
    public JobKind kind() {
        return handler.kind();
    }

    @Override
    public boolean takesScheduled() {
        return handler.takesScheduled();
    }

    @Override
    public Ended run(JobContext context) throws Exception {
        Job job = context.lease().job();
        long first = isLast(job) && job.resumeMark().isEmpty() ? before(job) : 0;
        if (first == 0) {
            return handler.run(context);
        }
        return Ended.with(
                new JobOutcome.Snoozed(
                        PAUSE, first + " restores of accounts with newer backups come first"));
    }

    private static boolean isLast(Job job) {
        return job.request().priority() == JobRequest.Priority.LAST_RESTORE;
    }

    private long before(Job job) {
        return queue.list(JobFilter.of(Set.of(kind()), OPEN)).stream()
                .filter(other -> !isLast(other) && !other.createdAt().isAfter(job.createdAt()))
                .count();
    }
}
