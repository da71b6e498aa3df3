package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Kills the real daemon with SIGKILL at seeded moments while clients add work, and holds it to its
/// word: every id that a client was given is there after the restart, every job comes to an end,
/// and no half file has a final name. Longer: `-Dpackhorse.kills=1000`.
class DaemonKillTest {
    private static final int KILLS = Integer.getInteger("packhorse.kills", 100);

    /// How many of the ids of earlier rounds are looked up after a kill, besides the last round's;
    /// all are at the end.
    private static final int SAMPLE = 50;

    private static final int CLIENTS = 4;
    private static final long SEED = 20_261_124L;
    private static final List<String> ACCOUNTS = List.of("bob", "carol", "dave", "gina");
    private static final Duration TO_ANSWER = Duration.ofSeconds(60);
    private static final Duration TWO_LEASES = Duration.ofSeconds(6);

    @TempDir private Path work;

    private final Set<String> accepted = new ConcurrentSkipListSet<>();

    /// Several may be for one job: what is asked for again while it is open is the same job.
    private final AtomicInteger answers = new AtomicInteger();

    @Test
    void nothingAcknowledgedIsLostHoweverOftenItIsKilled() throws Exception {
        DemoServer.write(work.resolve("server"), 50);
        Random moments = new Random(SEED);
        Set<String> last = Set.of();
        for (int round = 0; round < KILLS; round++) {
            try (DaemonUnderTest daemon = start()) {
                assertAreThere(daemon, last);
                assertAreThere(daemon, some(new Random(SEED - round)));
                Set<String> before = Set.copyOf(accepted);
                int wanted = answers.get() + moments.nextInt(4);
                List<Thread> clients = clients(daemon, round);
                DaemonUnderTest.await(TO_ANSWER, () -> answers.get() >= wanted);
                pause(Duration.ofMillis(moments.nextInt(400)));
                daemon.kill();
                for (Thread client : clients) {
                    client.join();
                }
                last = new TreeSet<>(accepted);
                last.removeAll(before);
            }
        }
        assertThat(answers).as("answers to clients").hasValueGreaterThan(KILLS);
        try (DaemonUnderTest daemon = start()) {
            assertAreThere(daemon, accepted);
            daemon.call("restore_queue_activate", new Parameters());
            assertEveryJobEnds(daemon);
            assertArchivesAreWhole();
            assertThat(daemon.stop()).as("exit code of a stop in order").isZero();
        }
        System.out.printf(
                "figure: %d kills, %d answers about %d jobs: each there, each ended%n",
                KILLS, answers.get(), accepted.size());
    }

    private Set<String> some(Random chance) {
        List<String> all = new ArrayList<>(accepted);
        Collections.shuffle(all, chance);
        return Set.copyOf(all.subList(0, Math.min(SAMPLE, all.size())));
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "256m", "queue.lease=3s", "workers.pack=4");
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
            Random random = new Random(SEED + 31L * round + i);
            DaemonClient client = new DaemonClient(daemon.state());
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
        long deadline = System.nanoTime() + Duration.ofMinutes(4).toNanos();
        for (String id : accepted) {
            Duration left =
                    Duration.ofNanos(Math.max(0, deadline - System.nanoTime())).plus(TWO_LEASES);
            JsonNode job = daemon.awaitEnd(id, left);
            assertThat(job.path("state").asString(""))
                    .as("end of job %s: %s", id, job)
                    .isIn("succeeded", "partial", "failed");
        }
        JsonNode open = daemon.call("packhorse_job_list", new Parameters().add("state", "active"));
        assertThat(open.path("jobs")).as("jobs that nobody works on").isEmpty();
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
