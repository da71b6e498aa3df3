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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Two daemons on one PostgreSQL, killed, stopped and woken in turn while clients of both add work:
/// every id that a client was given comes to an end, once, on the server whose account it is about;
/// the daemon that lives sees it all. Longer: `-Dpackhorse.two.rounds=50`.
class TwoDaemonsKillTest {
    private static final int ROUNDS = Integer.getInteger("packhorse.two.rounds", 3);
    private static final long SEED = 20_261_129L;
    private static final Duration TO_ANSWER = Duration.ofMinutes(2);
    private static final Duration TO_END = Duration.ofMinutes(4);
    private static final String DOMAIN = ".packhorse.example";
    private static final List<String> NAMES = List.of("first", "second");

    /// Two servers of one store with accounts of one name would share their jobs.
    private static final Map<String, List<String>> ACCOUNTS =
            Map.of("first", List.of("bob", "carol"), "second", List.of("dave", "gina"));

    @TempDir private Path work;

    /// The id of each accepted job, and the server that was asked.
    private final Map<String, String> accepted = new ConcurrentSkipListMap<>();

    @Test
    void whatEitherAcceptedEndsOnceWhicheverDies() throws Exception {
        Random moments = new Random(SEED);
        try (SharedStore store = SharedStore.start(work);
                Pair pair = new Pair(store)) {
            for (int round = 0; round < ROUNDS; round++) {
                String hit = NAMES.get(moments.nextInt(2));
                int wanted = accepted.size() + 4;
                Clients clients = new Clients(pair, SEED + round);
                try {
                    DaemonUnderTest.await(TO_ANSWER, () -> accepted.size() >= wanted);
                    switch (round % 3) {
                        case 0 -> pair.kill(hit);
                        case 1 -> pair.freeze(hit);
                        default -> store.killAndRestart();
                    }
                } finally {
                    clients.close();
                }
                pair.wakeOrRestart(hit);
            }
            assertEachEndedOnceAtHome(pair);
            System.out.printf(
                    "figure: %d kills and halts of two daemons and their store, %d jobs ended%n",
                    ROUNDS, accepted.size());
        }
    }

    private void assertEachEndedOnceAtHome(Pair pair) throws ClientException {
        assertThat(accepted).hasSizeGreaterThanOrEqualTo(4 * ROUNDS);
        for (Map.Entry<String, String> one : accepted.entrySet()) {
            JsonNode job = pair.any().awaitEnd(one.getKey(), TO_END);
            assertThat(job.path("state").asString(""))
                    .as("end of job %s", job)
                    .isIn("succeeded", "partial");
            assertThat(job.path("node").asString(""))
                    .as("%s", job)
                    .isEqualTo(one.getValue() + DOMAIN);
        }
        for (String name : NAMES) {
            JsonNode open =
                    pair.of(name)
                            .call("packhorse_job_list", new Parameters().add("state", "active"));
            assertThat(open.path("jobs")).as("jobs that nobody works on").isEmpty();
        }
    }

    /// The two daemons, each on a server of its own.
    private final class Pair implements AutoCloseable {
        private final SharedStore store;
        private final Map<String, DaemonUnderTest> daemons = new ConcurrentSkipListMap<>();

        Pair(SharedStore store) throws Exception {
            this.store = store;
            for (String name : NAMES) {
                DemoServer.write(Files.createDirectory(work.resolve(name)).resolve("server"), 50);
                start(name);
            }
        }

        private void start(String name) throws IOException {
            List<String> settings = new ArrayList<>(store.settings());
            settings.addAll(
                    List.of("host.name=" + name + DOMAIN, "queue.lease=5s", "workers.pack=2"));
            daemons.put(
                    name,
                    DaemonUnderTest.start(
                            work.resolve(name), "256m", settings.toArray(String[]::new)));
        }

        DaemonUnderTest of(String name) {
            return java.util.Objects.requireNonNull(daemons.get(name));
        }

        DaemonUnderTest any() {
            return of("first");
        }

        void kill(String name) {
            of(name).kill();
        }

        /// Stopped beyond its lease, and woken: by then its work may be somebody else's.
        void freeze(String name) throws IOException {
            signal(name, "STOP");
            DaemonUnderTest.await(TO_ANSWER, new AfterFourLeases());
            signal(name, "CONT");
        }

        private void signal(String name, String signal) throws IOException {
            new ProcessBuilder("kill", "-" + signal, Long.toString(of(name).pid()))
                    .inheritIO()
                    .start()
                    .onExit()
                    .join();
        }

        void wakeOrRestart(String name) throws IOException {
            if (!of(name).isAlive()) {
                start(name);
            }
        }

        @Override
        public void close() {
            daemons.values().forEach(DaemonUnderTest::close);
        }
    }

    /// True once four leases have passed since it was made.
    private static final class AfterFourLeases implements java.util.function.BooleanSupplier {
        private final long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();

        @Override
        public boolean getAsBoolean() {
            return System.nanoTime() > end;
        }
    }

    /// One client of each daemon, which adds work until it is closed or its daemon is gone.
    private final class Clients {
        private final AtomicBoolean closed = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Clients(Pair pair, long seed) throws ClientException {
            for (String name : NAMES) {
                DaemonClient client = new DaemonClient(pair.of(name).state());
                Random random = new Random(seed + name.hashCode());
                threads.add(Thread.ofPlatform().start(() -> addWork(name, client, random)));
            }
        }

        private void addWork(String name, DaemonClient client, Random random) {
            List<String> accounts = java.util.Objects.requireNonNull(ACCOUNTS.get(name));
            boolean alive = true;
            try (client) {
                while (alive && !closed.get()) {
                    String account = accounts.get(random.nextInt(accounts.size()));
                    try {
                        JsonNode data =
                                client.call(
                                        "packhorse_backup_start",
                                        new Parameters().add("user", account));
                        accepted.put(data.path("job").asString(""), name);
                        java.util.concurrent.locks.LockSupport.parkNanos(200_000_000L);
                    } catch (ClientException e) {
                        alive = e.kind() == ClientException.Kind.FAILED;
                    }
                }
            }
        }

        void close() {
            closed.set(true);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }
}
