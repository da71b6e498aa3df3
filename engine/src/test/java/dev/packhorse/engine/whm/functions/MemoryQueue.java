package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.LeaseState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A job queue in memory that keeps the rules of the interface, but no lease ever runs out. For
/// tests of the functions alone.
final class MemoryQueue implements JobQueue {
    private final Map<JobId, Job> jobs = new LinkedHashMap<>();
    private final EnumSet<JobKind> paused = EnumSet.noneOf(JobKind.class);

    /// Is told of each look at the jobs.
    Consumer<JobFilter> onLook = _ -> {};

    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

    synchronized void advance(Duration time) {
        now = now.plus(time);
    }

    @Override
    public synchronized Enqueued enqueue(JobRequest request) {
        for (Job job : jobs.values()) {
            if (request.uniqueKey().isPresent()
                    && job.state().isOpen()
                    && job.request().uniqueKey().equals(request.uniqueKey())) {
                return new Enqueued(job.id(), false);
            }
        }
        JobState state = request.held() ? JobState.HELD : JobState.PENDING;
        Job job =
                new Job(
                        JobId.random(),
                        request,
                        state,
                        now,
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        0,
                        Optional.empty(),
                        false,
                        "{}",
                        Optional.empty(),
                        "{}",
                        "");
        jobs.put(job.id(), job);
        return new Enqueued(job.id(), true);
    }

    @Override
    public Optional<JobId> fireSlot(String schedule, String slot, JobRequest request) {
        throw new IllegalStateException("no function fires slots");
    }

    @Override
    public synchronized Optional<Lease> claim(
            String worker,
            String node,
            Set<JobKind> kinds,
            Set<JobKind> urgentOnly,
            Duration leaseFor) {
        return jobs.values().stream()
                .filter(job -> job.state() == JobState.PENDING)
                .filter(job -> kinds.contains(job.request().kind()))
                .filter(job -> !paused.contains(job.request().kind()))
                .filter(job ->
                        !urgentOnly.contains(job.request().kind())
                                || job.request().priority() < JobRequest.Priority.SCHEDULED)
                .filter(job -> job.request().node().orElse(node).equals(node))
                .filter(job -> !isHeld(job.request().exclusiveKey()))
                .min(Comparator.comparingInt(job -> job.request().priority()))
                .map(job ->
                        new Lease(begin(job, worker), worker, job.fence() + 1, now.plus(leaseFor)));
    }

    private boolean isHeld(Optional<String> key) {
        return key.isPresent()
                && jobs.values().stream()
                        .anyMatch(job ->
                                job.state() == JobState.ACTIVE
                                        && job.request().exclusiveKey().equals(key));
    }

    private Job begin(Job job, String worker) {
        return store(
                new Job(
                        job.id(),
                        job.request(),
                        JobState.ACTIVE,
                        job.createdAt(),
                        Optional.of(job.startedAt().orElse(now)),
                        Optional.empty(),
                        job.attempts() + 1,
                        job.fence() + 1,
                        Optional.of(worker),
                        false,
                        job.progress(),
                        job.resumeMark(),
                        job.result(),
                        job.reason()));
    }

    private Job store(Job job) {
        jobs.put(job.id(), job);
        return job;
    }

    private Job end(Job job, JobState state, String result, String reason) {
        return store(
                new Job(
                        job.id(),
                        job.request(),
                        state,
                        job.createdAt(),
                        job.startedAt(),
                        Optional.of(now),
                        job.attempts(),
                        job.fence(),
                        Optional.empty(),
                        job.cancelRequested(),
                        job.progress(),
                        job.resumeMark(),
                        result,
                        reason));
    }

    @Override
    public synchronized LeaseState renew(Lease lease, String progress, Duration leaseFor) {
        Job job = jobs.get(lease.job().id());
        if (job == null || job.fence() != lease.fence()) {
            return LeaseState.LOST;
        }
        store(
                new Job(
                        job.id(),
                        job.request(),
                        job.state(),
                        job.createdAt(),
                        job.startedAt(),
                        job.finishedAt(),
                        job.attempts(),
                        job.fence(),
                        job.worker(),
                        job.cancelRequested(),
                        progress,
                        job.resumeMark(),
                        job.result(),
                        job.reason()));
        return job.cancelRequested() ? LeaseState.CANCEL_REQUESTED : LeaseState.HELD;
    }

    @Override
    public void mark(Lease lease, Optional<String> resumeMark) {
        throw new IllegalStateException("no function marks");
    }

    @Override
    public synchronized void finish(Lease lease, JobOutcome outcome, FollowUp followUp)
            throws LeaseLostException {
        Job job = jobs.get(lease.job().id());
        if (job == null || job.fence() != lease.fence()) {
            throw new LeaseLostException(lease.job().id(), lease.fence());
        }
        switch (outcome) {
            case JobOutcome.Succeeded(var result) -> end(job, JobState.SUCCEEDED, result, "");
            case JobOutcome.Partial(var result, var reason) ->
                    end(job, JobState.PARTIAL, result, reason);
            case JobOutcome.Failed(var result, var reason) ->
                    end(job, JobState.FAILED, result, reason);
            case JobOutcome.Cancelled(var result) ->
                    end(job, JobState.CANCELLED, result, "cancelled");
            case JobOutcome.RetryAfter _,
                    JobOutcome.Snoozed _,
                    JobOutcome.Superseded _,
                    JobOutcome.HandedBack _ ->
                    throw new IllegalStateException("not needed here");
        }
    }

    @Override
    public synchronized boolean requestCancel(JobId id, String by) {
        Job job = jobs.get(id);
        if (job == null || !job.state().isOpen()) {
            return false;
        }
        if (job.state() != JobState.ACTIVE) {
            end(job, JobState.CANCELLED, "{}", "cancelled by " + by);
        }
        return true;
    }

    @Override
    public synchronized int activate(Set<JobId> ids, String by) {
        return change(
                job -> ids.contains(job.id()) && job.state() == JobState.HELD,
                job -> waiting(job, JobState.PENDING));
    }

    @Override
    public synchronized int hold(Set<JobId> ids, String by) {
        return change(
                job -> ids.contains(job.id()) && job.state() == JobState.PENDING,
                job -> waiting(job, JobState.HELD));
    }

    private static Job waiting(Job job, JobState state) {
        return new Job(
                job.id(),
                job.request(),
                state,
                job.createdAt(),
                Optional.empty(),
                Optional.empty(),
                0,
                job.fence(),
                Optional.empty(),
                false,
                "{}",
                job.resumeMark(),
                "{}",
                "");
    }

    private int change(Predicate<Job> which, UnaryOperator<Job> how) {
        List<Job> found = jobs.values().stream().filter(which).toList();
        found.forEach(job -> store(how.apply(job)));
        return found.size();
    }

    @Override
    public synchronized boolean retry(JobId id, String by) {
        return change(
                        job ->
                                job.id().equals(id)
                                        && !job.state().isOpen()
                                        && job.state() != JobState.SUCCEEDED,
                        job -> waiting(job, JobState.PENDING))
                == 1;
    }

    @Override
    public synchronized int remove(JobFilter filter, String by) {
        return removeAll(list(filter).stream().map(Job::id).toList());
    }

    @Override
    public synchronized int remove(Set<JobId> ids, String by) {
        return removeAll(List.copyOf(ids));
    }

    private int removeAll(List<JobId> ids) {
        int removed = 0;
        for (JobId id : ids) {
            Job job = jobs.get(id);
            if (job != null && job.state() != JobState.ACTIVE) {
                jobs.remove(id);
                removed++;
            }
        }
        return removed;
    }

    @Override
    public int reclaimExpired() {
        return 0;
    }

    @Override
    public synchronized void setPaused(JobKind kind, boolean pause, String by) {
        if (pause) {
            paused.add(kind);
        } else {
            paused.remove(kind);
        }
    }

    @Override
    public synchronized Set<JobKind> paused() {
        return Set.copyOf(paused);
    }

    @Override
    public synchronized Optional<Job> find(JobId job) {
        return Optional.ofNullable(jobs.get(job));
    }

    @Override
    public synchronized void forEach(JobFilter filter, Consumer<Job> consumer) {
        onLook.accept(filter);
        jobs.values().stream()
                .filter(job -> matches(job, filter))
                .sorted(Comparator.comparing(job -> !job.state().isOpen()))
                .limit(filter.limit())
                .toList()
                .forEach(consumer);
    }

    private static boolean matches(Job job, JobFilter filter) {
        return (filter.kinds().isEmpty() || filter.kinds().contains(job.request().kind()))
                && (filter.states().isEmpty() || filter.states().contains(job.state()))
                && filter.owner().map(job.request().owner()::equals).orElse(true)
                && filter.subject().map(job.request().subject()::equals).orElse(true);
    }

    @Override
    public synchronized long count(JobFilter filter) {
        return jobs.values().stream().filter(job -> matches(job, filter)).count();
    }

    @Override
    public Optional<String> newestSlot(String schedule) {
        return Optional.empty();
    }

    @Override
    public synchronized Instant now() {
        return now;
    }
}
