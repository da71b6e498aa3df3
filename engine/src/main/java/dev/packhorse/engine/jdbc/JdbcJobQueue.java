package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHistory;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.LeaseState;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.queue.WorkListener;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The queue on a [Store]. Each method is one transaction, with the events of the moves it makes.
public final class JdbcJobQueue implements JobQueue, JobHistory {
    private final Store store;
    private final Transactions transactions;
    private final InstantSource clock;
    private final WorkListener listener;
    private final SilentLeases silent;
    private final Optional<String> home;

    /// A queue on an open store.
    ///
    /// @param clock all times of the queue come from it; see [Store#clock]
    /// @param listener told about work that is added through this object
    public JdbcJobQueue(Store store, InstantSource clock, WorkListener listener) {
        this(store, clock, listener, System::nanoTime);
    }

    /// As the other, of one of the servers of a store: its lists leave out what is bound to others,
    /// unless they are asked for.
    ///
    /// @param node the server's name, which plays no part in an embedded store
    public JdbcJobQueue(Store store, InstantSource clock, WorkListener listener, String node) {
        this(
                store,
                clock,
                listener,
                System::nanoTime,
                store.isShared() ? Optional.of(node) : Optional.empty());
    }

    /// As the other.
    ///
    /// @param nanos a clock that nobody sets, as [System#nanoTime()]
    public JdbcJobQueue(
            Store store, InstantSource clock, WorkListener listener, LongSupplier nanos) {
        this(store, clock, listener, nanos, Optional.empty());
    }

    private JdbcJobQueue(
            Store store,
            InstantSource clock,
            WorkListener listener,
            LongSupplier nanos,
            Optional<String> home) {
        this.home = home;
        this.store = store;
        this.transactions = new Transactions(store, QueueException::new, listener::moved);
        this.clock = clock;
        this.listener = listener;
        this.silent = new SilentLeases(nanos);
        measureClock();
    }

    /// Takes over what is bound to other names in an embedded store: it has only ever had one
    /// server, which was renamed. Nothing happens to a shared store. Called before anybody claims.
    ///
    /// @return how many open jobs were bound to another name
    public int takeOver(String node) {
        return store.isShared()
                ? 0
                : transactions.change(
                        "take over the jobs of this server",
                        t -> JobRebinding.rebind(t, node, now()));
    }

    @Override
    public Enqueued enqueue(JobRequest request) {
        Enqueued enqueued =
                transactions.promise("enqueue a job", t -> JobInsert.enqueue(t, request, now()));
        listener.workMayBeThere();
        return enqueued;
    }

    @Override
    public Optional<JobId> fireSlot(String schedule, String slot, JobRequest request) {
        Optional<JobId> job =
                transactions.promise(
                        "fire slot " + schedule + " " + slot,
                        t -> JobInsert.fireSlot(t, schedule, slot, request, now()));
        listener.workMayBeThere();
        return job;
    }

    @Override
    public Optional<Lease> claim(
            String worker,
            String node,
            Set<JobKind> kinds,
            Set<JobKind> urgentOnly,
            Duration leaseFor) {
        String lock = store.dialect().lockForClaim();
        return transactions.change(
                "claim a job",
                t -> JobClaim.claim(t, lock, worker, node, kinds, urgentOnly, now(), leaseFor));
    }

    @Override
    public LeaseState renew(Lease lease, String progress, Duration leaseFor) {
        return transactions.change(
                "renew a lease", t -> JobClaim.renew(t, lease, progress, now().plus(leaseFor)));
    }

    @Override
    public void mark(Lease lease, Optional<String> resumeMark) throws LeaseLostException {
        boolean held = transactions.change("mark a job", t -> JobClaim.mark(t, lease, resumeMark));
        if (!held) {
            throw new LeaseLostException(lease.job().id(), lease.fence());
        }
    }

    @Override
    public void finish(Lease lease, JobOutcome outcome, FollowUp followUp)
            throws LeaseLostException {
        transactions.<Boolean, LeaseLostException>change(
                "finish a job",
                t -> {
                    JobFinish.finish(t, serverOf(lease), lease, outcome, followUp, now());
                    return true;
                });
        listener.workMayBeThere();
    }

    private String serverOf(Lease lease) {
        return store.catalogOf(lease.job().request().node().orElse(""));
    }

    @Override
    public boolean requestCancel(JobId job, String by) {
        Optional<JobState> before =
                transactions.promise(
                        "cancel a job", t -> JobControl.requestCancel(t, job, by, now()));
        if (before.equals(Optional.of(JobState.ACTIVE))) {
            listener.cancelRequested(job);
        }
        return before.isPresent();
    }

    @Override
    public int activate(Set<JobId> jobs, String by) {
        int released =
                transactions.promise(
                        "activate held jobs",
                        t -> JobControl.move(t, jobs, JobState.HELD, JobState.PENDING, by, now()));
        listener.workMayBeThere();
        return released;
    }

    @Override
    public int hold(Set<JobId> jobs, String by) {
        return transactions.promise(
                "hold jobs",
                t -> JobControl.move(t, jobs, JobState.PENDING, JobState.HELD, by, now()));
    }

    @Override
    public boolean retry(JobId job, String by) {
        boolean retried =
                transactions.promise("retry a job", t -> JobControl.retry(t, job, by, now()));
        listener.workMayBeThere();
        return retried;
    }

    @Override
    public int remove(JobFilter filter, String by) {
        return transactions.promise(
                "remove jobs",
                t -> {
                    List<Job> jobs = new ArrayList<>();
                    JobList.forEach(t, filter, home, jobs::add);
                    return JobControl.remove(t, jobs);
                });
    }

    @Override
    public int remove(Set<JobId> ids, String by) {
        return transactions.promise(
                "remove jobs",
                t -> {
                    List<Job> jobs = new ArrayList<>();
                    for (JobId id : ids) {
                        JobList.find(t, id).ifPresent(jobs::add);
                    }
                    return JobControl.remove(t, jobs);
                });
    }

    @Override
    public int removeEndedBefore(Instant instant, int limit) {
        return transactions.change(
                "remove old jobs",
                t -> JobControl.remove(t, JobList.endedBefore(t, instant, limit)));
    }

    @Override
    public int reclaimExpired() {
        measureClock();
        int reclaimed =
                transactions.change(
                        "reclaim expired leases",
                        t -> JobFinish.reclaimExpired(t, store.dialect(), now(), silent));
        if (reclaimed > 0) {
            listener.workMayBeThere();
        }
        return reclaimed;
    }

    private void measureClock() {
        try {
            store.measure(clock);
        } catch (SQLException e) {
            throw new QueueException("read the store's clock: " + e.getMessage(), e);
        }
    }

    @Override
    public void setPaused(JobKind kind, boolean paused, String by) {
        transactions.promise(
                "pause or resume a kind of job",
                t -> {
                    JobControl.setPaused(t, home.orElse(""), kind, paused, by, now());
                    return true;
                });
        listener.workMayBeThere();
    }

    @Override
    public Set<JobKind> paused() {
        return transactions.read(
                "list the paused kinds", t -> JobControl.paused(t, home.orElse("")));
    }

    @Override
    public Optional<Job> find(JobId job) {
        return transactions.read("find a job", t -> JobList.find(t, job));
    }

    @Override
    public void forEach(JobFilter filter, Consumer<Job> consumer) {
        transactions.read(
                "list jobs",
                t -> {
                    t.seeOneMoment();
                    JobList.forEach(t, filter, home, consumer);
                    return true;
                });
    }

    @Override
    public long count(JobFilter filter) {
        return transactions.read("count jobs", t -> JobList.count(t, filter, home));
    }

    @Override
    public List<JobEvent> events(JobId job) {
        return transactions.read("list the events of a job", t -> JobEventRow.of(t, job));
    }

    @Override
    public Optional<String> newestSlot(String schedule) {
        return transactions.read("find the newest slot", t -> JobInsert.newestSlot(t, schedule));
    }

    /// Whole milliseconds, which is what the store keeps.
    @Override
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
