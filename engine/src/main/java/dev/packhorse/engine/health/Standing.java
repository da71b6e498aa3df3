package dev.packhorse.engine.health;

import dev.packhorse.engine.catalog.CatalogException;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.job.RunResult;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How backups stand, as one answer of JSON: the last run, the next one, what is under way, what
/// failed, space, destinations, the oldest backup. Safe for many threads.
///
/// @param next when the next run begins, empty if none is scheduled
public record Standing(
        JobQueue queue,
        DestinationStore destinations,
        DestinationHealth health,
        BackupAges ages,
        Places places,
        Proofs proofs,
        Supplier<Optional<Instant>> next) {
    private static final Logger LOG = LoggerFactory.getLogger(Standing.class);
    private static final int SHOWN = 5;
    private static final Duration RECENT = Duration.ofDays(2);
    private static final Set<JobState> ENDED =
            Set.of(JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED);

    private void addProofs(ObjectNode node) throws IOException {
        ArrayNode list = node.putArray("proofs");
        proofs.places()
                .forEach((place, proof) -> {
                    ObjectNode shown = list.addObject().put("destid", place);
                    shown.put("daily", proofs.isDaily(place) ? 1 : 0);
                    proof.oldest().ifPresent(at -> shown.put("oldest", at.getEpochSecond()));
                    shown.put("damaged", proof.count(Verdict.DAMAGED));
                    shown.put("missing", proof.count(Verdict.MISSING));
                });
        List<Proofs.DrillAge> ages = proofs.drillAges();
        ObjectNode drills = node.putObject("drills");
        drills.put("accounts", ages.size());
        drills.put("proven", ages.stream().filter(age -> age.provenAt().isPresent()).count());
        drills.put(
                "failed",
                ages.stream()
                        .filter(age -> age.last().filter(it -> !it.isProven()).isPresent())
                        .count());
        ages.stream()
                .map(Proofs.DrillAge::provenAt)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder())
                .ifPresent(at -> drills.put("oldest", at.getEpochSecond()));
    }

    /// The members `last_run`, `run_under_way`, `next_run`, `failing`, `space`, `destinations`,
    /// `oldest_backup`, `proofs` and `drills`; one about which nothing is known is left out. While
    /// the backup configuration cannot be read, `config_fault` says why.
    public ObjectNode read() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        run(ENDED).ifPresent(job -> node.set("last_run", ended(job)));
        run(Set.of(JobState.PENDING, JobState.ACTIVE))
                .ifPresent(job -> node.set("run_under_way", underWay(job)));
        next.get().ifPresent(at -> node.put("next_run", at.getEpochSecond()));
        addFailing(node.putArray("failing"));
        ArrayNode space = node.putArray("space");
        List<Place.Space> spaces = places.spaces();
        Map<String, Duration> silent = places.silent();
        for (Place.Space each : spaces) {
            ObjectNode shown = space.addObject();
            Duration time = silent.get(each.place().name());
            if (time != null) {
                shown.put("silent_seconds", time.toSeconds());
            }
            shown.put("place", each.place().name())
                    .put("path", each.place().path().toString())
                    .put("free", each.freeBytes())
                    .put("total", each.totalBytes());
        }
        ages.configFault().ifPresent(fault -> node.put("config_fault", fault));
        add(node, () -> addDestinations(node.putArray("destinations")));
        add(node, () -> addOldest(node));
        add(node, () -> addProofs(node));
        return node;
    }

    /// A part of the answer.
    @FunctionalInterface
    private interface Part {
        void add() throws IOException;
    }

    private static void add(ObjectNode node, Part part) {
        try {
            part.add();
        } catch (IOException | CatalogException e) {
            LOG.atWarn().setCause(e).log("a part of the status cannot be read");
            node.put("problem", String.valueOf(e.getMessage()));
        }
    }

    private Optional<Job> run(Set<JobState> states) {
        return queue.list(JobFilter.of(Set.of(JobKind.RUN), states).limit(1)).stream().findFirst();
    }

    private static ObjectNode ended(Job job) {
        ObjectNode node = begun(job);
        node.put("state", job.state().name().toLowerCase(java.util.Locale.ROOT));
        job.finishedAt().ifPresent(at -> node.put("finished", at.getEpochSecond()));
        if (job.result().contains("\"errors\"")) {
            RunResult result = JobJson.read(job.result(), RunResult.class);
            node.put("succeeded", result.succeeded());
            node.put("partial", result.partial());
            node.put("failed", result.failed());
            node.put("cancelled", result.cancelled());
            ArrayNode errors = node.putArray("errors");
            if (!result.nobody().isEmpty()) {
                errors.add("no account was backed up: " + result.nobody());
            }
            result.errors().stream().limit(SHOWN).forEach(errors::add);
            if (!result.warnings().isEmpty()) {
                ArrayNode warnings = node.putArray("warnings");
                result.warnings().forEach(warnings::add);
            }
        } else {
            node.put("reason", job.reason());
        }
        return node;
    }

    private static ObjectNode begun(Job job) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", job.id().value());
        node.put("date", JobJson.read(job.request().arguments(), RunArguments.class).date());
        job.startedAt().ifPresent(at -> node.put("started", at.getEpochSecond()));
        return node;
    }

    /// The time left is that of the accounts so far, times those to come.
    private ObjectNode underWay(Job job) {
        ObjectNode node = begun(job);
        long all = count(job, Set.of());
        long done = count(job, ENDED);
        node.put("accounts", all);
        node.put("done", done);
        if (done > 0 && job.startedAt().isPresent()) {
            Duration so = Duration.between(job.startedAt().get(), queue.now());
            node.put("seconds_left", so.toSeconds() * (all - done) / done);
        }
        return node;
    }

    private long count(Job run, Set<JobState> states) {
        return queue.count(
                new JobFilter(
                        Set.of(JobKind.BACKUP),
                        states,
                        Optional.of("run:" + run.id()),
                        Optional.empty(),
                        1));
    }

    private void addFailing(ArrayNode failing) {
        Instant since = queue.now().minus(RECENT);
        List<Job> failed = queue.list(JobFilter.of(Set.of(), Set.of(JobState.FAILED)).limit(SHOWN));
        for (Job job : failed) {
            if (job.finishedAt().filter(at -> at.isAfter(since)).isPresent()) {
                failing.addObject()
                        .put("id", job.id().value())
                        .put("kind", job.request().kind().name().toLowerCase(java.util.Locale.ROOT))
                        .put("user", job.request().subject())
                        .put("finished", job.finishedAt().get().getEpochSecond())
                        .put("reason", job.reason());
            }
        }
    }

    private void addDestinations(ArrayNode list) throws IOException {
        Map<DestinationId, DestinationHealth.Paused> paused = health.paused(queue.now());
        DestinationStore.Contents contents = destinations.contents();
        for (DestinationStore.Unreadable each : contents.unreadable()) {
            list.addObject()
                    .put("id", each.id().value())
                    .put("name", each.name())
                    .put("state", "unreadable")
                    .put("reason", each.problem());
        }
        for (Destination each : contents.destinations()) {
            ObjectNode node =
                    list.addObject().put("id", each.id().value()).put("name", each.name());
            DestinationHealth.Paused pause = paused.get(each.id());
            if (each.disabled()) {
                node.put("state", "disabled");
            } else if (pause != null) {
                node.put("state", "paused")
                        .put("seconds_left", pause.left().toSeconds())
                        .put("reason", pause.reason());
            } else {
                node.put("state", "ok");
            }
        }
    }

    private void addOldest(ObjectNode node) throws IOException {
        List<BackupAges.Age> all = ages.all();
        if (!all.isEmpty()) {
            BackupAges.Age oldest = all.getFirst();
            ObjectNode shown = node.putObject("oldest_backup");
            shown.put("user", oldest.account().value());
            oldest.newest().ifPresent(at -> shown.put("packed", at.getEpochSecond()));
            shown.put("without_any", all.stream().filter(age -> age.newest().isEmpty()).count());
        }
    }
}
