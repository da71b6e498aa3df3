package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreSettings;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.WorkListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A server of its own whose daemon is killed again and again while clients add work, and what is
/// there afterwards.
final class KilledServer {
    /// How many of the ids of earlier rounds are looked up after a kill, besides the last round's;
    /// all are at the end.
    private static final int SAMPLE = 50;

    private static final int CLIENTS = 4;
    private static final List<String> ACCOUNTS = List.of("bob", "carol", "dave", "gina");
    private static final Duration TO_ANSWER = Duration.ofSeconds(60);
    private static final Duration TO_END = Duration.ofMinutes(4);
    private static final Duration LEASE = Duration.ofSeconds(3);

    private final Path work;
    private final List<String> options;
    private final long seed;
    private final Set<String> accepted = new ConcurrentSkipListSet<>();

    /// Several may be for one job: what is asked for again while it is open is the same job.
    private final AtomicInteger answers = new AtomicInteger();

    /// When a daemon served, and was killed.
    private final List<Up> ups = new ArrayList<>();

    private record Up(Instant from, Instant to) {
        Duration within(Instant begin, Instant end) {
            Instant first = from.isAfter(begin) ? from : begin;
            Instant last = to.isBefore(end) ? to : end;
            return first.isBefore(last) ? Duration.between(first, last) : Duration.ZERO;
        }
    }

    /// What was done and seen.
    ///
    /// @param longest for how long a job at most stayed as a kill had left it, while a daemon ran
    record Counts(int kills, int answers, int jobs, Duration longest) {
        Counts plus(Counts other) {
            return new Counts(
                    kills + other.kills,
                    answers + other.answers,
                    jobs + other.jobs,
                    longest.compareTo(other.longest) > 0 ? longest : other.longest);
        }
    }

    /// A server in a folder.
    ///
    /// @param options of the daemons' JVM
    KilledServer(Path work, List<String> options, long seed) {
        this.work = work;
        this.options = options;
        this.seed = seed;
    }

    Counts kill(int kills) throws Exception {
        DemoServer.write(work.resolve("server"), 50);
        Random moments = new Random(seed);
        Set<String> last = Set.of();
        for (int round = 0; round < kills; round++) {
            try (DaemonUnderTest daemon = start()) {
                Instant served = Instant.now();
                assertAreThere(daemon, last);
                assertAreThere(daemon, some(new Random(seed - round)));
                Set<String> before = Set.copyOf(accepted);
                int wanted = answers.get() + moments.nextInt(4);
                List<Thread> clients = clients(daemon, round);
                DaemonUnderTest.await(TO_ANSWER, () -> answers.get() >= wanted);
                pause(Duration.ofMillis(moments.nextInt(400)));
                ups.add(new Up(served, Instant.now()));
                daemon.kill();
                for (Thread client : clients) {
                    client.join();
                }
                last = new TreeSet<>(accepted);
                last.removeAll(before);
            }
        }
        assertThat(answers).as("answers to clients").hasValueGreaterThan(kills);
        finish();
        return new Counts(kills, answers.get(), accepted.size(), longestStandstill());
    }

    private void finish() throws Exception {
        try (DaemonUnderTest daemon = start()) {
            Instant served = Instant.now();
            assertAreThere(daemon, accepted);
            daemon.call("restore_queue_activate", new Parameters());
            assertEveryJobEnds(daemon);
            assertArchivesAreWhole();
            ups.add(new Up(served, Instant.now()));
            assertThat(daemon.stop()).as("exit code of a stop in order").isZero();
        }
    }

    private Set<String> some(Random chance) {
        List<String> all = new ArrayList<>(accepted);
        Collections.shuffle(all, chance);
        return Set.copyOf(all.subList(0, Math.min(SAMPLE, all.size())));
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(
                work, "256m", options, "queue.lease=" + LEASE.toSeconds() + "s", "workers.pack=4");
    }

    /// The moment is drawn beforehand; nothing is waited for.
    private static void pause(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            java.util.concurrent.locks.LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private List<Thread> clients(DaemonUnderTest daemon, int round) throws ClientException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed + 31L * round + i);
            DaemonClient client = new DaemonClient(daemon.state(), _ -> {});
            threads.add(Thread.ofPlatform().start(() -> addWork(client, random)));
        }
        return threads;
    }

    /// Adds work until the daemon is gone; an id counts once its answer has arrived.
    private void addWork(DaemonClient client, Random random) {
        boolean alive = true;
        try (client) {
            while (alive) {
                String account = ACCOUNTS.get(random.nextInt(ACCOUNTS.size()));
                try {
                    JsonNode data =
                            switch (random.nextInt(3)) {
                                case 0 ->
                                        client.call(
                                                "restore_queue_add_task",
                                                new Parameters()
                                                        .add("user", account)
                                                        .add(
                                                                "restore_point",
                                                                java.time.LocalDate.now(
                                                                                java.time.ZoneId
                                                                                        .systemDefault())
                                                                        .toString()));
                                default ->
                                        client.call(
                                                "packhorse_backup_start",
                                                new Parameters().add("user", account));
                            };
                    accepted.add(data.path(data.has("queue_id") ? "queue_id" : "job").asString(""));
                    answers.incrementAndGet();
                } catch (ClientException e) {
                    alive = e.kind() == ClientException.Kind.FAILED;
                }
            }
        }
    }

    private static void assertAreThere(DaemonUnderTest daemon, Set<String> ids)
            throws ClientException {
        for (String id : ids) {
            assertThat(daemon.job(id).path("state").asString(""))
                    .as("state of accepted job %s", id)
                    .isNotEmpty();
        }
    }

    private void assertEveryJobEnds(DaemonUnderTest daemon) throws ClientException {
        long deadline = System.nanoTime() + TO_END.toNanos();
        for (String id : accepted) {
            Duration left =
                    Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))
                            .plus(LEASE.multipliedBy(2));
            JsonNode job = daemon.awaitEnd(id, left);
            assertThat(job.path("state").asString(""))
                    .as("end of job %s: %s", id, job)
                    .isIn("succeeded", "partial", "failed");
        }
        // Jobs whose clients were not told any more come to their end as well.
        DaemonUnderTest.await(TO_END, () -> isDone(daemon));
    }

    private static boolean isDone(DaemonUnderTest daemon) {
        return Stream.of("pending", "active", "pending").noneMatch(state -> hasJobs(daemon, state));
    }

    private static boolean hasJobs(DaemonUnderTest daemon, String state) {
        try {
            return !daemon.call("packhorse_job_list", new Parameters().add("state", state))
                    .path("jobs")
                    .isEmpty();
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    /// Reads the moves of each job from the store that the daemons left: it has one end, which is
    /// the last of them.
    private Duration longestStandstill() throws Exception {
        Duration longest = Duration.ZERO;
        try (Store store = Store.open(StoreSettings.h2(work.resolve("state/packhorse")))) {
            JdbcJobQueue queue =
                    new JdbcJobQueue(
                            store, store.clock(InstantSource.system()), WorkListener.none());
            for (String id : accepted) {
                List<JobEvent> moves = queue.events(new JobId(id));
                assertThat(moves.stream().filter(move -> !move.to().isOpen()))
                        .as("ends of job %s: %s", id, moves)
                        .containsExactly(moves.getLast());
                for (int i = 0; i + 1 < moves.size(); i++) {
                    Duration still = standstill(moves.get(i), moves.get(i + 1));
                    longest = still.compareTo(longest) > 0 ? still : longest;
                }
            }
        }
        return longest;
    }

    /// For how long daemons ran between the kill that cut a run short and the job's next move.
    private Duration standstill(JobEvent move, JobEvent next) {
        if (move.to() != JobState.ACTIVE) {
            return Duration.ZERO;
        }
        Duration still = Duration.ZERO;
        for (int i = 1; i < ups.size(); i++) {
            Instant killed = ups.get(i - 1).to();
            if (move.at().isBefore(killed)) {
                still = still.plus(ups.get(i).within(killed, next.at()));
            }
        }
        return still;
    }

    /// Each archive has the size and digest of its manifest; nothing under way is left.
    private void assertArchivesAreWhole() throws Exception {
        List<Path> archives;
        try (Stream<Path> files = Files.walk(work.resolve("server/backup"))) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all)
                    .noneMatch(file ->
                            file.getFileName().toString().startsWith(".packhorse-partial-"));
            archives = all.stream().filter(file -> file.toString().endsWith(".tar.gz")).toList();
        }
        assertThat(archives).hasSizeGreaterThanOrEqualTo(ACCOUNTS.size());
        for (Path archive : archives) {
            Process gzip = new ProcessBuilder("gzip", "-t", archive.toString()).inheritIO().start();
            assertThat(gzip.waitFor()).as("gzip -t %s", archive).isZero();
            String name = archive.getFileName().toString().replace(".tar.gz", ".manifest.json");
            String manifest = Files.readString(archive.resolveSibling(".packhorse").resolve(name));
            assertThat(manifest).contains(sha256(archive));
        }
    }

    private static String sha256(Path file) throws Exception {
        byte[] digest =
                java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return java.util.HexFormat.of().formatHex(digest);
    }
}
