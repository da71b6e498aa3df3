package dev.packhorse.engine.health;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RunResult;
import dev.packhorse.engine.job.TransferMeter;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metrics of jobs, backups, destinations and disks, each explained in `docs/monitoring.md`.
/// How many there are does not depend on how many accounts there are. Safe for many threads.
public final class BackupMetrics implements MultiCollector {
    private static final Logger LOG = LoggerFactory.getLogger(BackupMetrics.class);
    private static final int WORST = 10;
    private static final long[] AGE_DAYS = {1, 2, 3, 7, 30};

    private final JobQueue queue;
    private final DestinationStore destinations;
    private final DestinationHealth health;
    private final TransferMeter transfers;
    private final BackupAges ages;
    private final Places places;
    private final ProofMetrics proofs;
    private final String version;

    public BackupMetrics(
            JobQueue queue,
            DestinationStore destinations,
            DestinationHealth health,
            TransferMeter transfers,
            BackupAges ages,
            Places places,
            Proofs proofs,
            String version) {
        this.queue = queue;
        this.destinations = destinations;
        this.health = health;
        this.transfers = transfers;
        this.ages = ages;
        this.places = places;
        this.proofs = new ProofMetrics(proofs);
        this.version = version;
    }

    @Override
    public MetricSnapshots collect() {
        MetricList list = new MetricList();
        list.gauge("packhorse_version", "The version of this program", 1, "version", version);
        jobs(list);
        lastRun(list);
        space(list);
        silences(list);
        transfers(list);
        boolean complete = ages.configFault().isEmpty();
        complete &= isRead(() -> destinations(list));
        complete &= isRead(() -> accounts(list));
        complete &= isRead(() -> proofs.add(list, queue.now()));
        list.gauge(
                "packhorse_metrics_complete",
                "1 if every metric could be read, 0 if the program's log says why not",
                complete ? 1 : 0);
        return list.snapshots();
    }

    /// Some of the metrics.
    @FunctionalInterface
    private interface Part {
        void read() throws IOException;
    }

    private static boolean isRead(Part part) {
        try {
            part.read();
            return true;
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("some metrics cannot be read");
            return false;
        }
    }

    private void jobs(MetricList list) {
        Set<JobKind> paused = queue.paused();
        for (JobKind kind : JobKind.values()) {
            for (JobState state : JobState.values()) {
                list.gauge(
                        "packhorse_jobs",
                        "Jobs by kind and state; ended ones for a year",
                        queue.count(JobFilter.of(Set.of(kind), Set.of(state))),
                        "kind",
                        word(kind),
                        "state",
                        word(state));
            }
            list.gauge(
                    "packhorse_queue_wait_seconds",
                    "How long the job that is next in line has been waiting",
                    waiting(kind),
                    "kind",
                    word(kind));
            list.gauge(
                    "packhorse_queue_paused",
                    "1 if the start of such jobs is paused",
                    paused.contains(kind) ? 1 : 0,
                    "kind",
                    word(kind));
        }
    }

    private long waiting(JobKind kind) {
        List<Job> next = queue.list(JobFilter.of(Set.of(kind), Set.of(JobState.PENDING)).limit(1));
        return next.isEmpty()
                ? 0
                : Math.max(
                        0, Duration.between(next.getFirst().createdAt(), queue.now()).toSeconds());
    }

    private void lastRun(MetricList list) {
        Set<JobState> ended = Set.of(JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED);
        for (Job run : queue.list(JobFilter.of(Set.of(JobKind.RUN), ended).limit(1))) {
            run.finishedAt()
                    .ifPresent(at ->
                            list.gauge(
                                    "packhorse_last_run_end_timestamp_seconds",
                                    "When the newest run ended",
                                    at.getEpochSecond()));
            if (run.result().contains("\"errors\"")) {
                result(list, JobJson.read(run.result(), RunResult.class));
            }
        }
    }

    private static void result(MetricList list, RunResult result) {
        String name = "packhorse_last_run_accounts";
        String help = "Accounts of the newest run by how their backup ended";
        list.gauge(name, help, result.succeeded(), "outcome", "succeeded");
        list.gauge(name, help, result.partial(), "outcome", "partial");
        // A run that took in nobody would look like a good one to who watches what failed.
        int nobody = result.nobody().isEmpty() ? 0 : 1;
        list.gauge(name, help, result.failed() + nobody, "outcome", "failed");
        list.gauge(name, help, result.cancelled(), "outcome", "cancelled");
    }

    private void space(MetricList list) {
        for (Place.Space space : places.spaces()) {
            String place = space.place().name().replace(' ', '_');
            list.gauge(
                    "packhorse_free_bytes", "Room that is left", space.freeBytes(), "place", place);
            list.gauge(
                    "packhorse_size_bytes",
                    "Size of the file system",
                    space.totalBytes(),
                    "place",
                    place);
        }
    }

    /// After [#space], which looks.
    private void silences(MetricList list) {
        places.silences()
                .forEach((name, time) ->
                        list.gauge(
                                "packhorse_place_silent_seconds",
                                "How long the file system has not answered, from two minutes on",
                                time.toSeconds(),
                                "place",
                                name.replace(' ', '_')));
    }

    private void transfers(MetricList list) {
        for (Map.Entry<DestinationId, TransferMeter.Sum> each : transfers.sums().entrySet()) {
            String id = each.getKey().value();
            TransferMeter.Sum sum = each.getValue();
            list.counter(
                    "packhorse_uploads",
                    "Archives that arrived since the start",
                    (double) sum.count(),
                    "destination",
                    id);
            list.counter(
                    "packhorse_uploaded_bytes",
                    "Their bytes",
                    (double) sum.bytes(),
                    "destination",
                    id);
            list.counter(
                    "packhorse_upload_seconds",
                    "The time that they took; bytes by seconds is the speed",
                    sum.nanos() / 1e9,
                    "destination",
                    id);
        }
    }

    private void destinations(MetricList list) throws IOException {
        Map<DestinationId, DestinationHealth.Paused> paused = health.paused(queue.now());
        DestinationStore.Contents contents = destinations.contents();
        for (DestinationStore.Unreadable each : contents.unreadable()) {
            unreadable(list, 1, each.id(), each.name());
        }
        for (Destination each : contents.destinations()) {
            unreadable(list, 0, each.id(), each.name());
            list.gauge(
                    "packhorse_destination_paused",
                    "1 while a destination is left alone after failures",
                    paused.containsKey(each.id()) ? 1 : 0,
                    "destination",
                    each.id().value(),
                    "name",
                    each.name());
            list.gauge(
                    "packhorse_destination_disabled",
                    "1 if a destination is switched off",
                    each.disabled() ? 1 : 0,
                    "destination",
                    each.id().value(),
                    "name",
                    each.name());
        }
    }

    private static void unreadable(MetricList list, int value, DestinationId id, String name) {
        list.gauge(
                "packhorse_destination_unreadable",
                "1 while the settings of a destination cannot be read, so that nothing is sent there",
                value,
                "destination",
                id.value(),
                "name",
                name);
    }

    private void accounts(MetricList list) throws IOException {
        List<BackupAges.Age> all = ages.all();
        Instant now = queue.now();
        String help =
                "Accounts that should have backups, by how many days old the newest good one is";
        long younger = 0;
        for (long days : AGE_DAYS) {
            Instant from = now.minus(Duration.ofDays(days));
            long until = all.stream().filter(age -> isFrom(age, from)).count();
            list.gauge("packhorse_accounts", help, until - younger, "age", "under_" + days);
            younger = until;
        }
        long never = all.stream().filter(age -> age.newest().isEmpty()).count();
        list.gauge("packhorse_accounts", help, all.size() - never - younger, "age", "older");
        list.gauge("packhorse_accounts", help, never, "age", "never");
        all.stream()
                .filter(age -> age.newest().isPresent())
                .limit(WORST)
                .forEach(age -> worst(list, age, now));
    }

    private static void worst(MetricList list, BackupAges.Age age, Instant now) {
        list.gauge(
                "packhorse_oldest_backup_seconds",
                "The ten accounts whose newest good backup is the oldest",
                Duration.between(age.newest().orElse(now), now).toSeconds(),
                "account",
                age.account().value());
    }

    private static boolean isFrom(BackupAges.Age age, Instant from) {
        return age.newest().filter(at -> at.isAfter(from)).isPresent();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
