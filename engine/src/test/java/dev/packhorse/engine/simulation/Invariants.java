package dev.packhorse.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobState;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What holds after every step, whatever happened. Each is about the store as a client or another
/// process would read it.
final class Invariants {
    private static final Map<JobState, Set<JobState>> MOVES = moves();

    private final JdbcJobQueue queue;
    private final Catalog catalog;
    private final Map<DestinationId, SimulatedPlace> places;
    private final Map<JobId, Job> before = new HashMap<>();
    private final Set<String> copied = new HashSet<>();

    Invariants(JdbcJobQueue queue, Catalog catalog, Map<DestinationId, SimulatedPlace> places) {
        this.queue = queue;
        this.catalog = catalog;
        this.places = places;
    }

    private static Map<JobState, Set<JobState>> moves() {
        Map<JobState, Set<JobState>> moves = new EnumMap<>(JobState.class);
        moves.put(JobState.HELD, Set.of(JobState.PENDING, JobState.CANCELLED));
        moves.put(JobState.PENDING, Set.of(JobState.ACTIVE, JobState.CANCELLED, JobState.HELD));
        moves.put(
                JobState.ACTIVE,
                Set.of(
                        JobState.PENDING,
                        JobState.SUCCEEDED,
                        JobState.PARTIAL,
                        JobState.FAILED,
                        JobState.CANCELLED));
        moves.put(JobState.SUCCEEDED, Set.of());
        moves.put(JobState.PARTIAL, Set.of(JobState.PENDING));
        moves.put(JobState.FAILED, Set.of(JobState.PENDING));
        moves.put(JobState.CANCELLED, Set.of(JobState.PENDING));
        return moves;
    }

    /// Checks all.
    ///
    /// @param accepted what clients were promised
    void check(Set<JobId> accepted) {
        List<Job> jobs = queue.list(JobFilter.of(Set.of(), Set.of()));
        Map<JobId, Job> now = new HashMap<>();
        for (Job job : jobs) {
            assertThat(now.put(job.id(), job)).as("1: a job is there once").isNull();
        }
        assertThat(now.keySet()).as("2: no accepted job is lost").containsAll(accepted);
        assertThat(now.keySet()).as("3: no job goes by itself").containsAll(before.keySet());
        keys(jobs);
        jobs.forEach(this::one);
        boolean changed = before.size() != now.size();
        for (Job job : jobs) {
            if (!job.equals(before.get(job.id()))) {
                changed = true;
                history(job, queue.events(job.id()));
            }
        }
        if (changed) {
            counts(jobs);
        }
        copies();
        before.clear();
        before.putAll(now);
    }

    /// Looks at all histories: the checks of each step leave out those of jobs that did not change.
    void checkHistories() {
        before.values().forEach(job -> history(job, queue.events(job.id())));
    }

    /// Only pruning removes copies here, and nobody forces it to let the last one go.
    private void copies() {
        Set<String> now = new HashSet<>();
        catalog.forEach(point -> {
            now.add(point.account() + " at " + point.destination());
            assertThat(place(point.destination()).has(point.archive().value()))
                    .as("19: a restore point names what is there: %s", point)
                    .isTrue();
        });
        assertThat(now)
                .as("26: the last good copy of an account at a place is never pruned")
                .containsAll(copied);
        copied.addAll(now);
    }

    private SimulatedPlace place(DestinationId id) {
        SimulatedPlace place = places.get(id);
        assertThat(place).as("20: a restore point is at a place that there is").isNotNull();
        return java.util.Objects.requireNonNull(place);
    }

    private static void keys(List<Job> jobs) {
        Set<String> unique = new HashSet<>();
        Set<String> exclusive = new HashSet<>();
        for (Job job : jobs) {
            if (job.state().isOpen()) {
                job.request()
                        .uniqueKey()
                        .map(key -> scoped(job, key))
                        .ifPresent(key ->
                                assertThat(unique.add(key))
                                        .as("4: one open job has the key %s", key)
                                        .isTrue());
            }
            if (job.state() == JobState.ACTIVE) {
                job.request()
                        .exclusiveKey()
                        .map(key -> scoped(job, key))
                        .ifPresent(key ->
                                assertThat(exclusive.add(key))
                                        .as("5: one active job has the key %s", key)
                                        .isTrue());
            }
        }
    }

    /// Keys of jobs that are bound to a server are that server's own.
    static String scoped(Job job, String key) {
        return job.request().node().map(node -> node + " " + key).orElse(key);
    }

    private void one(Job job) {
        assertThat(job.finishedAt().isPresent())
                .as("6: what has ended knows when: %s", job)
                .isEqualTo(!job.state().isOpen());
        assertThat(job.attempts())
                .as("7: attempts keep within their number: %s", job)
                .isBetween(0, job.request().maxAttempts());
        if (job.state() == JobState.ACTIVE) {
            assertThat(job.worker()).as("8: an active job has a worker: %s", job).isPresent();
            assertThat(job.startedAt()).as("9: and has begun: %s", job).isPresent();
        }
        Job earlier = before.get(job.id());
        if (earlier != null) {
            assertThat(job.fence())
                    .as("10: fencing numbers only grow: %s", job)
                    .isGreaterThanOrEqualTo(earlier.fence());
            assertThat(job.request())
                    .as("11: nobody changes what was asked for")
                    .isEqualTo(earlier.request());
            if (earlier.state() != job.state()) {
                assertThat(MOVES.get(earlier.state()))
                        .as("12: %s goes on legally", job)
                        .contains(job.state());
            }
        }
    }

    private static void history(Job job, List<JobEvent> events) {
        Optional<JobState> at = Optional.empty();
        for (JobEvent event : events) {
            assertThat(event.from()).as("13: the history of %s has no gap", job.id()).isEqualTo(at);
            at = Optional.of(event.to());
        }
        assertThat(at).as("14: the history ends where %s is", job.id()).contains(job.state());
    }

    private void counts(List<Job> jobs) {
        for (JobState state : JobState.values()) {
            assertThat(queue.count(JobFilter.of(Set.of(), Set.of(state))))
                    .as("15: counts are those of the lists")
                    .isEqualTo(jobs.stream().filter(job -> job.state() == state).count());
        }
    }
}
