package dev.packhorse.engine.health;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.UploadArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for what nobody reports by itself, and tells of it: accounts without a good backup, disks
/// that fill up, uploads that were given up, runs that broke off, proofs that are too old, files of
/// settings that cannot be read. One thread.
public final class Alarms {
    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);
    private static final int MINUTES = 10;
    private static final int MOST_UPLOADS = 20_000;
    private static final int SHOWN_UPLOADS = 100;
    private static final int MOST_RUNS = 20;

    private final BackupAges ages;
    private final Places places;
    private final JobQueue queue;
    private final DestinationStore destinations;
    private final Notices notices;
    private final Limits limits;
    private final ProofAlarms proofs;
    private final Map<AccountName, Instant> firstSeen = new HashMap<>();
    private final Map<String, Instant> uploadsTold = new HashMap<>();
    private Instant jobsSeen;
    private volatile long lookedNanos = System.nanoTime();

    /// When there is something to tell.
    ///
    /// @param stale how long an account that is due daily may be without a good backup; zero for
    ///   any time
    /// @param lowSpaceBytes a disk with less is nearly full
    public record Limits(Duration stale, long lowSpaceBytes) {}

    public Alarms(
            BackupAges ages,
            Places places,
            JobQueue queue,
            DestinationStore destinations,
            Notices notices,
            Proofs proofs,
            Limits limits) {
        this.ages = ages;
        this.places = places;
        this.queue = queue;
        this.destinations = destinations;
        this.notices = notices;
        this.limits = limits;
        this.proofs = new ProofAlarms(proofs, notices);
        this.jobsSeen = queue.now();
    }

    /// Looks every ten minutes from now on.
    public void start(ScheduledExecutorService timer) {
        // A look lets no exception out; the timer ends with the daemon.
        var _ = timer.scheduleWithFixedDelay(this::look, 1, MINUTES, TimeUnit.MINUTES);
    }

    /// Looks once, and tells. What cannot be looked at is in the program's log, and keeps no other
    /// alarm back.
    public void look() {
        look(this::lookAtConfig);
        look(this::lookAtDestinations);
        look(this::lookAtSpace);
        look(this::lookAtJobs);
        look(this::lookAtAges);
        look(() -> proofs.look(queue.now()));
        lookedNanos = System.nanoTime();
    }

    /// A look at one kind of thing.
    @FunctionalInterface
    private interface Look {
        void run() throws IOException;
    }

    private static void look(Look look) {
        try {
            look.run();
        } catch (IOException | RuntimeException e) {
            // Whatever it is: the timer looks no more after an exception that leaves here.
            LOG.atWarn().setCause(e).log("some alarms could not be looked for");
        }
    }

    private void lookAtConfig() {
        ages.configFault().ifPresent(fault -> notices.tell(Events.configUnreadable(fault)));
    }

    private void lookAtDestinations() throws IOException {
        for (DestinationStore.Unreadable each : destinations.contents().unreadable()) {
            if (!each.disabled()) {
                notices.tell(Events.destinationUnreadable(each.id().value(), each.problem()));
            }
        }
    }

    /// Since a look came to its end, or since the start.
    public Duration sinceLook() {
        return Duration.ofNanos(System.nanoTime() - lookedNanos);
    }

    private void lookAtSpace() {
        List<Place.Space> spaces = places.spaces();
        Map<String, Duration> silent = places.silent();
        silent.forEach((name, time) -> notices.tell(Events.placeSilent("the " + name, time)));
        for (Place.Space space : spaces) {
            if (silent.containsKey(space.place().name())) {
                continue;
            }
            if (space.freeBytes() < limits.lowSpaceBytes()) {
                notices.tell(
                        Events.lowSpace(
                                "the " + space.place().name(),
                                space.place().path().toString(),
                                space.freeBytes(),
                                limits.lowSpaceBytes()));
            }
        }
    }

    private void lookAtAges() throws IOException {
        if (limits.stale().isZero()) {
            return;
        }
        Instant now = queue.now();
        Map<Set<Tier>, Duration> waits = new HashMap<>();
        Duration shortest = Duration.ZERO;
        List<String> stale = new ArrayList<>();
        for (BackupAges.Age age : ages.all()) {
            Duration limit = waits.get(age.calendars());
            if (limit == null) {
                limit = limit(age.calendars(), now);
                waits.put(age.calendars(), limit);
            }
            Instant since =
                    age.newest()
                            .or(age::since)
                            .orElseGet(() -> firstSeen.computeIfAbsent(age.account(), _ -> now));
            if (since.isBefore(now.minus(limit))) {
                shortest = stale.isEmpty() || limit.compareTo(shortest) < 0 ? limit : shortest;
                stale.add(line(age, now));
            }
        }
        if (!stale.isEmpty()) {
            notices.tell(Events.noGoodBackup(stale, shortest));
        }
    }

    /// Days on which nothing is due for an account do not count.
    private Duration limit(Set<Tier> calendars, Instant now) {
        int gap = ages.longestGapDays(now.atZone(ages.zone()).toLocalDate(), calendars);
        return limits.stale().plusDays(gap - 1L);
    }

    private static String line(BackupAges.Age age, Instant now) {
        return age.newest()
                .map(at ->
                        "%s: the newest is %d hours old"
                                .formatted(age.account(), Duration.between(at, now).toHours()))
                .orElse(age.account() + ": there is none");
    }

    /// What ended since the last look.
    private void lookAtJobs() throws IOException {
        Instant until = queue.now();
        lookAtRuns();
        lookAtUploads();
        jobsSeen = until;
    }

    /// A run that came to its end told of it by itself.
    private void lookAtRuns() {
        JobFilter failed = JobFilter.of(Set.of(JobKind.RUN), Set.of(JobState.FAILED));
        for (Job run : queue.list(failed.limit(MOST_RUNS))) {
            if (isNew(run) && !run.result().contains("\"errors\"")) {
                notices.tell(
                        Events.runBroke(run.id().value(), run.request().subject(), run.reason()));
            }
        }
    }

    private boolean isNew(Job job) {
        return job.finishedAt().filter(at -> at.isAfter(jobsSeen)).isPresent();
    }

    /// All that were given up lately, not those of this look alone: what fails after the first was
    /// told would be told by nobody, since a destination is told of once in a while only.
    private void lookAtUploads() throws IOException {
        Instant since = queue.now().minus(Duration.ofDays(1).plus(notices.repeat()));
        Map<String, GivenUp> failures = new LinkedHashMap<>();
        JobFilter failed = JobFilter.of(Set.of(JobKind.UPLOAD), Set.of(JobState.FAILED));
        queue.forEach(
                failed.limit(MOST_UPLOADS),
                job ->
                        job.finishedAt()
                                .filter(at -> at.isAfter(since))
                                .ifPresent(at -> add(failures, job, at)));
        for (Map.Entry<String, GivenUp> each : failures.entrySet()) {
            tell(each.getKey(), each.getValue());
        }
        uploadsTold.keySet().retainAll(failures.keySet());
    }

    /// Only if there are more than when it was told.
    private void tell(String destination, GivenUp failures) throws IOException {
        Instant told = uploadsTold.getOrDefault(destination, Instant.MIN);
        if (failures.newest.isAfter(told)
                && notices.told(
                        Events.uploadsFailed(
                                destination, name(destination), failures.count, failures.lines))) {
            uploadsTold.put(destination, failures.newest);
        }
    }

    private static void add(Map<String, GivenUp> failures, Job job, Instant at) {
        UploadArguments upload = JobJson.read(job.request().arguments(), UploadArguments.class);
        failures.computeIfAbsent(upload.destination(), _ -> new GivenUp())
                .add(upload.archive() + ": " + job.reason(), at);
    }

    /// The uploads to one destination that were given up.
    private static final class GivenUp {
        private final List<String> lines = new ArrayList<>();
        private Instant newest = Instant.MIN;
        private int count;

        private void add(String line, Instant at) {
            count++;
            newest = at.isAfter(newest) ? at : newest;
            if (lines.size() < SHOWN_UPLOADS) {
                lines.add(line);
            }
        }
    }

    private String name(String id) throws IOException {
        Optional<Destination> found =
                destinations.contents().destinations().stream()
                        .filter(each -> each.id().value().equals(id))
                        .findFirst();
        return found.map(Destination::name).orElse(id);
    }
}
