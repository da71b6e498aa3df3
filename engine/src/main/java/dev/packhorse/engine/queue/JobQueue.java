package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The durable queue. Safe for many threads and many processes on one store. Every method that
/// changes something returns only after the change is committed and on stable storage. Times come
/// from the injected clock within a process. All methods throw [QueueException] when the store
/// fails.
public interface JobQueue {
    /// Adds a job, or returns the open one with the same unique key.
    Enqueued enqueue(JobRequest request);

    /// Adds a slot row and, in the same transaction, its job; empty if this slot was fired before,
    /// by anyone.
    ///
    /// @param schedule the schedule's stable name
    /// @param slot the slot's name, unique within the schedule, as its wall-clock date
    Optional<JobId> fireSlot(String schedule, String slot, JobRequest request);

    /// Takes the next job that may run: smallest priority, then oldest; none whose exclusive key is
    /// active.
    ///
    /// @param worker the claiming worker, unique among all processes
    /// @param node this server's name; jobs bound to another node are left alone
    /// @param urgentOnly those of the kinds of which only jobs with a priority before
    ///   [JobRequest.Priority#SCHEDULED] are given out
    /// @return empty if there is none
    Optional<Lease> claim(
            String worker,
            String node,
            Set<JobKind> kinds,
            Set<JobKind> urgentOnly,
            Duration leaseFor);

    /// Takes the next job that may run, however urgent.
    default Optional<Lease> claim(
            String worker, String node, Set<JobKind> kinds, Duration leaseFor) {
        return claim(worker, node, kinds, Set.of(), leaseFor);
    }

    /// Prolongs the lease and stores the progress (a JSON object).
    LeaseState renew(Lease lease, String progress, Duration leaseFor);

    /// Stores what a later run goes on from, empty to clear it.
    ///
    /// @throws LeaseLostException if a newer lease exists, or the lease ran out and was taken back;
    ///   nothing is stored
    void mark(Lease lease, Optional<String> resumeMark) throws LeaseLostException;

    /// Ends the run, and with it the job unless the outcome is a retry, a snooze or handed back.
    ///
    /// A cancelled job never goes back to pending: those outcomes then end it as cancelled. A job
    /// of the follow-up whose unique key is open is not added again; a restore point with the key
    /// of an older one replaces it.
    ///
    /// @throws LeaseLostException if a newer lease exists, or the lease ran out and was taken back;
    ///   nothing is stored
    void finish(Lease lease, JobOutcome outcome, FollowUp followUp) throws LeaseLostException;

    /// Asks for the end of an open job. One that is not active is cancelled at once.
    ///
    /// @return false if it is not open, or unknown
    boolean requestCancel(JobId job, String by);

    /// Releases these jobs so that workers may take them; those that are not held stay as they are.
    ///
    /// @return how many were released
    int activate(Set<JobId> jobs, String by);

    /// Holds these jobs back until they are activated; those that are not pending stay as they are,
    /// so that what a worker has begun goes on.
    ///
    /// @return how many are held now and were not
    int hold(Set<JobId> jobs, String by);

    /// Puts a failed, partial or cancelled job back to pending, with its attempts at zero.
    ///
    /// @return false if it is not in such a state, or unknown, or if another open job has its
    ///   unique key
    boolean retry(JobId job, String by);

    /// Removes jobs that ended, or cancels and removes those that wait; active ones stay. Their
    /// events go with them: who removed what is the audit trail's to keep.
    ///
    /// @param filter which ones; its limit holds
    /// @return how many were removed
    int remove(JobFilter filter, String by);

    /// Removes these jobs, as [#remove(JobFilter, String)] does; active and unknown ones are left.
    ///
    /// @return how many were removed
    int remove(Set<JobId> jobs, String by);

    /// Hands jobs whose lease ran out to the next worker, or fails those without attempts left.
    ///
    /// @return how many leases had run out
    int reclaimExpired();

    /// Pauses or resumes claiming of a kind; lasts across restarts. Of several servers of a store
    /// it holds for this one.
    void setPaused(JobKind kind, boolean paused, String by);

    /// The kinds that are paused here.
    Set<JobKind> paused();

    /// One job, empty if unknown.
    Optional<Job> find(JobId job);

    /// Streams the jobs that match, open ones by claim order and then ended ones, newest first, all
    /// as they are at one moment.
    void forEach(JobFilter filter, Consumer<Job> consumer);

    /// The jobs that match, as [#forEach] orders them.
    default List<Job> list(JobFilter filter) {
        List<Job> jobs = new java.util.ArrayList<>();
        forEach(filter, jobs::add);
        return jobs;
    }

    /// How many jobs match, whatever the filter's limit.
    long count(JobFilter filter);

    /// The newest slot fired for a schedule, empty if none was.
    Optional<String> newestSlot(String schedule);

    /// The clock's reading, which is what the queue's own times come from.
    Instant now();
}
