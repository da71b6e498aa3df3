package dev.packhorse.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.LeaseState;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Servers at one store, played through on one thread: clients, slots, workers that work in steps,
/// die and come back as ghosts that hold old leases, clocks that jump. Everything is drawn from one
/// seed, so a failure can be played again. Queue, leases, slots and catalog are the real ones.
final class Simulation {
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final List<String> NODES = List.of("n1", "n2");
    private static final Set<JobKind> KINDS =
            EnumSet.of(JobKind.RUN, JobKind.BACKUP, JobKind.UPLOAD, JobKind.RESTORE);
    private static final int WORKERS = 4;

    private final Random random;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-07T02:00:00Z"));
    private final JdbcJobQueue queue;
    private final List<DestinationId> far =
            List.of(new DestinationId("A".repeat(24)), new DestinationId("B".repeat(24)));
    private final Map<DestinationId, SimulatedPlace> places = new HashMap<>();
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<SimulatedWorker> ghosts = new ArrayList<>();
    private final Set<JobId> accepted = new HashSet<>();
    private final Map<String, JobId> slots = new HashMap<>();
    private final Map<JobId, Instant> dueAt = new HashMap<>();
    private final Invariants invariants;
    private final SimulatedPruner pruner;
    private int names;
    private long nanos;

    Simulation(Store store, long seed) {
        random = new Random(seed);
        queue = new JdbcJobQueue(store, clock, WorkListener.none(), () -> nanos);
        places.put(DestinationId.LOCAL, new SimulatedPlace());
        far.forEach(id -> places.put(id, new SimulatedPlace()));
        JdbcCatalog catalog = new JdbcCatalog(store);
        invariants = new Invariants(queue, catalog, places);
        pruner = new SimulatedPruner(queue, catalog, places, random);
        catalog.adopt(earlierCopies());
    }

    /// What earlier nights left, so that there is something to prune.
    private List<RestorePoint> earlierCopies() {
        List<RestorePoint> points = new ArrayList<>();
        for (String account : SimulatedWorker.ACCOUNTS) {
            for (DestinationId id : List.of(DestinationId.LOCAL, far.getFirst())) {
                for (int age = random.nextInt(4); age > 0; age--) {
                    LocalDate date = date().minusDays(age);
                    RestorePoint point =
                            SimulatedWorker.point(
                                    new SimulatedWorker.Subject(account, date.toString(), ""),
                                    id,
                                    "ab".repeat(32),
                                    clock.instant(),
                                    NODES.getFirst());
                    places.get(id).put(point.archive().value(), point.sha256());
                    points.add(point);
                }
            }
        }
        return points;
    }

    /// Lets so many things happen, and then everything come to its end.
    ///
    /// @return how many points were pruned meanwhile
    int run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            invariants.check(accepted);
        }
        comeToRest();
        invariants.check(accepted);
        invariants.checkHistories();
        return pruner.pruned();
    }

    private void step() {
        switch (random.nextInt(24)) {
            case 0, 1 -> request();
            case 2 -> slot();
            case 3 -> person();
            case 4 -> pass(Duration.ofSeconds(random.nextInt(90)));
            case 5 -> jump();
            case 6 -> reclaim();
            case 7 -> dies();
            case 8 -> haunt();
            case 9, 10, 11, 12 -> claim();
            case 13 -> renew();
            case 20, 21, 22, 23 -> pruner.work(date());
            default -> work();
        }
    }

    private void pass(Duration time) {
        clock.advance(time);
        nanos += time.toNanos();
    }

    private LocalDate date() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private String today() {
        return date().toString();
    }

    private String account() {
        return SimulatedWorker.ACCOUNTS.get(random.nextInt(SimulatedWorker.ACCOUNTS.size()));
    }

    private void request() {
        String account = account();
        JobRequest request =
                random.nextBoolean()
                        ? SimulatedWorker.backup(account, today())
                                .withPriority(JobRequest.Priority.MANUAL)
                        : JobRequest.of(
                                        JobKind.RESTORE,
                                        account,
                                        "root",
                                        SimulatedWorker.Subject.json(account, today(), ""))
                                .withPriority(JobRequest.Priority.RESTORE)
                                .withExclusiveKey("account:" + account);
        if (random.nextInt(4) == 0) {
            request = request.asHeld();
        }
        if (random.nextInt(3) == 0) {
            request = request.onNode(NODES.get(random.nextInt(NODES.size())));
        }
        accepted.add(queue.enqueue(request).id());
    }

    private void slot() {
        String slot = today();
        JobRequest run =
                JobRequest.of(
                                JobKind.RUN,
                                slot,
                                "schedule",
                                SimulatedWorker.Subject.json("", slot, ""))
                        .onNode(NODES.getFirst());
        Optional<JobId> fired = queue.fireSlot("nightly", slot, run);
        assertThat(fired.isPresent())
                .as("16: a slot is fired once: %s", slot)
                .isEqualTo(!slots.containsKey(slot));
        fired.ifPresent(id -> {
            slots.put(slot, id);
            accepted.add(id);
        });
    }

    private void person() {
        switch (random.nextInt(5)) {
            case 4 -> anyJob().ifPresent(job -> queue.hold(Set.of(job.id()), "root"));
            case 0 -> queue.activate(held(JobKind.RESTORE), "root");
            case 1 -> queue.activate(held(JobKind.BACKUP), "root");
            case 2 -> anyJob().ifPresent(job -> queue.requestCancel(job.id(), "root"));
            default ->
                    anyJob().ifPresent(job -> {
                        if (queue.retry(job.id(), "root")) {
                            dueAt.remove(job.id());
                        }
                    });
        }
    }

    private Set<JobId> held(JobKind kind) {
        Set<JobId> held = new HashSet<>();
        queue.forEach(JobFilter.of(Set.of(kind), Set.of(JobState.HELD)), job -> held.add(job.id()));
        return held;
    }

    private Optional<Job> anyJob() {
        List<Job> jobs = queue.list(JobFilter.of(Set.of(), Set.of()));
        return jobs.isEmpty()
                ? Optional.empty()
                : Optional.of(jobs.get(random.nextInt(jobs.size())));
    }

    private void jump() {
        switch (random.nextInt(4)) {
            case 0 -> clock.advance(Duration.ofHours(1));
            case 1 -> clock.advance(Duration.ofHours(-1));
            case 2 -> clock.advance(Duration.ofDays(1));
            default -> clock.advance(Duration.ofDays(-1));
        }
    }

    /// Takes leases back; who had them is a ghost from now on, and does not know.
    private void reclaim() {
        for (Job job : queue.list(JobFilter.of(Set.of(), Set.of(JobState.ACTIVE)))) {
            dueAt.remove(job.id());
        }
        queue.reclaimExpired();
        workers.removeIf(worker -> {
            Job job = queue.find(worker.lease.job().id()).orElseThrow();
            boolean lost = job.state() != JobState.ACTIVE || job.fence() != worker.lease.fence();
            if (lost) {
                ghosts.add(worker);
            }
            return lost;
        });
    }

    private void dies() {
        if (random.nextInt(3) == 0) {
            pruner.dies();
        }
        if (!workers.isEmpty()) {
            ghosts.add(workers.remove(random.nextInt(workers.size())));
        }
    }

    private void claim() {
        if (workers.size() == WORKERS) {
            return;
        }
        String node = NODES.get(random.nextInt(NODES.size()));
        Optional<Job> expected = claimable(node);
        Optional<Lease> lease = queue.claim("w" + names++, node, KINDS, LEASE);
        assertThat(lease.map(each -> each.job().id()))
                .as("17: the first that may run is given out, and none else")
                .isEqualTo(expected.map(Job::id));
        lease.ifPresent(each -> workers.add(new SimulatedWorker(each, node, places, random)));
    }

    /// By another way than the queue's: from the list of all jobs, which is in the order of claims.
    private Optional<Job> claimable(String node) {
        List<Job> open =
                queue.list(JobFilter.of(KINDS, EnumSet.of(JobState.PENDING, JobState.ACTIVE)));
        Set<String> busy = new HashSet<>();
        open.stream()
                .filter(job -> job.state() == JobState.ACTIVE)
                .forEach(job -> exclusiveKey(job).ifPresent(busy::add));
        return open.stream()
                .filter(job -> job.state() == JobState.PENDING)
                .filter(job -> job.request().node().orElse(node).equals(node))
                .filter(job -> exclusiveKey(job).filter(busy::contains).isEmpty())
                .filter(job -> !waits(job))
                .min(Comparator.comparingInt(job -> job.request().priority()));
    }

    private static Optional<String> exclusiveKey(Job job) {
        return job.request().exclusiveKey().map(key -> Invariants.scoped(job, key));
    }

    /// Whether its time has not come: told by its history, since lists do not show it.
    private boolean waits(Job job) {
        Instant due = dueAt.getOrDefault(job.id(), Instant.MIN);
        // A wait that nobody would ask for comes from a clock that was set back.
        Instant latest = clock.instant().plus(Duration.ofHours(1));
        return due.isAfter(clock.instant()) && !due.isAfter(latest);
    }

    private Optional<SimulatedWorker> anyOf(List<SimulatedWorker> from) {
        return from.isEmpty()
                ? Optional.empty()
                : Optional.of(from.get(random.nextInt(from.size())));
    }

    private void renew() {
        anyOf(workers)
                .ifPresent(worker -> {
                    LeaseState state = queue.renew(worker.lease, "{}", LEASE);
                    assertThat(state).as("a live lease").isNotEqualTo(LeaseState.LOST);
                });
    }

    private void work() {
        anyOf(workers)
                .filter(SimulatedWorker::work)
                .ifPresent(worker -> {
                    finish(worker, SimulatedWorker.outcome(random));
                    workers.remove(worker);
                });
    }

    private void finish(SimulatedWorker worker, JobOutcome outcome) {
        boolean done =
                outcome instanceof JobOutcome.Succeeded || outcome instanceof JobOutcome.Partial;
        FollowUp followUp = done ? worker.followUp(far, clock.instant()) : FollowUp.NONE;
        try {
            queue.finish(worker.lease, outcome, followUp);
        } catch (LeaseLostException e) {
            throw new AssertionError("18: who holds the lease may end the job", e);
        }
        switch (outcome) {
            case JobOutcome.RetryAfter after ->
                    dueAt.put(worker.job().id(), clock.instant().plus(after.delay()));
            case JobOutcome.Snoozed snoozed ->
                    dueAt.put(worker.job().id(), clock.instant().plus(snoozed.delay()));
            default -> dueAt.remove(worker.job().id());
        }
    }

    /// A run that should be dead goes on: what it writes to places arrives, what it says to the
    /// queue counts only while nobody else has its job.
    private void haunt() {
        Optional<SimulatedWorker> any = anyOf(ghosts);
        if (any.isEmpty()) {
            return;
        }
        SimulatedWorker ghost = any.get();
        Job job = queue.find(ghost.lease.job().id()).orElseThrow();
        boolean holds =
                job.state() == JobState.ACTIVE
                        && job.fence() == ghost.lease.fence()
                        && job.worker().equals(Optional.of(ghost.lease.worker()));
        boolean ended = ghost.work();
        if (holds) {
            if (ended) {
                finish(ghost, SimulatedWorker.outcome(random));
                ghosts.remove(ghost);
            }
            return;
        }
        assertThat(queue.renew(ghost.lease, "{}", LEASE))
                .as("21: a lost lease stays lost")
                .isEqualTo(LeaseState.LOST);
        assertThatThrownBy(() ->
                        queue.finish(
                                ghost.lease,
                                new JobOutcome.Succeeded("{}"),
                                ghost.followUp(far, clock.instant())))
                .as("22: who lost the lease ends nothing")
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> queue.mark(ghost.lease, Optional.of("late")))
                .as("23: and marks nothing")
                .isInstanceOf(LeaseLostException.class);
        assertThat(queue.find(job.id())).as("24: nor changes anything").contains(job);
        if (ended) {
            ghosts.remove(ghost);
        }
    }

    /// Healthy workers only: everything that was accepted ends.
    private void comeToRest() {
        ghosts.clear();
        workers.clear();
        queue.activate(held(JobKind.RESTORE), "root");
        queue.activate(held(JobKind.BACKUP), "root");
        for (JobKind kind : List.of(JobKind.RUN, JobKind.UPLOAD)) {
            queue.activate(held(kind), "root");
        }
        while (pruner.isBusy()) {
            pruner.work(date());
            invariants.check(accepted);
        }
        EnumSet<JobState> open = EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);
        JobFilter all = JobFilter.of(Set.of(), open);
        for (int round = 0; queue.count(all) > 0; round++) {
            assertThat(round)
                    .as("25: whatever was accepted ends: %s", queue.list(all))
                    .isLessThan(60);
            pass(LEASE.multipliedBy(6));
            queue.reclaimExpired();
            invariants.check(accepted);
            for (String node : NODES) {
                queue.claim("rest" + names++, node, KINDS, LEASE)
                        .ifPresent(lease -> {
                            invariants.check(accepted);
                            SimulatedWorker worker =
                                    new SimulatedWorker(lease, node, places, random);
                            while (!worker.work()) {
                                // one step after the other
                            }
                            finish(worker, new JobOutcome.Succeeded("{}"));
                        });
            }
        }
    }
}
