package dev.packhorse.engine.simulation;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.retention.CalendarRule;
import dev.packhorse.engine.retention.Decision;
import dev.packhorse.engine.retention.Holding;
import dev.packhorse.engine.retention.Retention;
import dev.packhorse.engine.retention.RetentionRules;
import dev.packhorse.engine.retention.TierRule;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Prunes a place in steps between which anything may happen: decides by the real policy, marks the
/// row in the real catalog, removes the object, drops the row. One that died left its marks, and
/// the next goes on with them.
final class SimulatedPruner {
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    private final JobQueue queue;
    private final Catalog catalog;
    private final Map<DestinationId, SimulatedPlace> places;
    private final Random random;
    private final Deque<RestorePoint> decided = new ArrayDeque<>();
    private final Deque<RestorePoint> marked = new ArrayDeque<>();
    private final Deque<RestorePoint> removed = new ArrayDeque<>();
    private int pruned;

    SimulatedPruner(
            JobQueue queue,
            Catalog catalog,
            Map<DestinationId, SimulatedPlace> places,
            Random random) {
        this.queue = queue;
        this.catalog = catalog;
        this.places = places;
        this.random = random;
    }

    /// How many points it has pruned.
    int pruned() {
        return pruned;
    }

    boolean isBusy() {
        return !decided.isEmpty() || !marked.isEmpty() || !removed.isEmpty();
    }

    void dies() {
        decided.clear();
        marked.clear();
        removed.clear();
    }

    void work(LocalDate today) {
        if (!removed.isEmpty()) {
            catalog.drop(removed.remove());
            pruned++;
        } else if (!marked.isEmpty()) {
            remove(marked.remove());
        } else if (!decided.isEmpty()) {
            mark(decided.remove());
        } else {
            plan(today);
        }
    }

    private void mark(RestorePoint point) {
        if (needed(point).isPresent()) {
            return;
        }
        try {
            catalog.markDeleting(point);
            marked.add(point);
        } catch (IllegalStateException _) {
            // It was replaced since: the new one is not to be removed.
        }
    }

    /// What a job needs by now keeps its mark; what one has replaced has none any more.
    private void remove(RestorePoint point) {
        if (needed(point).isEmpty() && catalog.deleting().contains(point)) {
            Objects.requireNonNull(places.get(point.destination())).remove(point.archive().value());
            removed.add(point);
        }
    }

    private void plan(LocalDate today) {
        List<DestinationId> ids = places.keySet().stream().sorted(ORDER).toList();
        DestinationId id = ids.get(random.nextInt(ids.size()));
        catalog.deleting().stream()
                .filter(point -> point.destination().equals(id) && needed(point).isEmpty())
                .forEach(marked::add);
        RetentionRules rules = rules();
        Map<Tier, LocalDate> runs = newestRuns(today);
        for (String account : SimulatedWorker.ACCOUNTS) {
            AccountName name = new AccountName(account);
            List<RestorePoint> points =
                    catalog.ofAccount(name).stream()
                            .filter(point -> point.destination().equals(id))
                            .toList();
            Map<ObjectKey, String> inUse = new HashMap<>();
            points.forEach(
                    point -> needed(point).ifPresent(reason -> inUse.put(point.archive(), reason)));
            Holding holding = new Holding(name, points, true, runs, List.of(), inUse, false);
            Retention.decide(holding, rules, today).stream()
                    .filter(decision -> !decision.keep())
                    .map(Decision::point)
                    .forEach(decided::add);
        }
    }

    private static final Comparator<DestinationId> ORDER =
            Comparator.comparing(DestinationId::value);

    private RetentionRules rules() {
        TierRule rule = new TierRule(random.nextInt(3), random.nextBoolean());
        EnumMap<Tier, TierRule> tiers = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            tiers.put(tier, rule);
        }
        return new RetentionRules(tiers, CalendarRule.NONE, Optional.empty(), 0);
    }

    private Map<Tier, LocalDate> newestRuns(LocalDate today) {
        List<LocalDate> dates = new ArrayList<>();
        catalog.forEach(point -> dates.add(point.date()));
        return dates.stream()
                .filter(date -> !date.isAfter(today))
                .max(Comparator.naturalOrder())
                .map(date -> Map.of(Tier.DAILY, date))
                .orElse(Map.of());
    }

    /// What the handler asks the queue before it removes anything, in the terms of these jobs.
    private Optional<String> needed(RestorePoint point) {
        JobFilter filter =
                JobFilter.of(Set.of(JobKind.RESTORE, JobKind.UPLOAD, JobKind.BACKUP), OPEN)
                        .about(point.account().value());
        return queue.list(filter).stream()
                .filter(job -> SimulatedWorker.Subject.of(job).key().equals(point.archive()))
                .filter(job -> waitsFor(job, point))
                .map(job -> job.request().kind() + " waits for it")
                .findFirst();
    }

    private static boolean waitsFor(Job job, RestorePoint point) {
        return job.request().kind() != JobKind.UPLOAD
                || point.destination().isLocal()
                || point.destination().value().equals(job.request().owner());
    }
}
