package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.WorkListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/// Daemons on one PostgreSQL, each on a server of its own, with clients that add work to each and
/// remember every id that they were given.
final class Fleet implements AutoCloseable {
    static final Duration TO_ANSWER = Duration.ofMinutes(2);
    private static final Duration TO_END = Duration.ofMinutes(4);
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final String DOMAIN = ".packhorse.example";

    private final Path work;
    private final SharedStore store;
    private final SortedMap<String, List<String>> accounts;
    private final Map<String, DaemonUnderTest> daemons = new ConcurrentSkipListMap<>();

    /// The id of each accepted job, and the server that was asked.
    private final Map<String, String> accepted = new ConcurrentSkipListMap<>();

    /// @param accounts whose accounts which server backs up, by its name
    Fleet(Path work, SharedStore store, Map<String, List<String>> accounts) throws IOException {
        this.work = work;
        this.store = store;
        this.accounts = new java.util.TreeMap<>(accounts);
        for (String name : this.accounts.keySet()) {
            DemoServer.write(Files.createDirectory(work.resolve(name)).resolve("server"), 50);
            start(name);
        }
    }

    private void start(String name) throws IOException {
        List<String> settings = new ArrayList<>(store.settings());
        settings.addAll(
                List.of(
                        "host.name=" + name + DOMAIN,
                        "queue.lease=" + LEASE.toSeconds() + "s",
                        "workers.pack=2"));
        daemons.put(
                name,
                DaemonUnderTest.start(work.resolve(name), "256m", settings.toArray(String[]::new)));
    }

    DaemonUnderTest of(String name) {
        return Objects.requireNonNull(daemons.get(name));
    }

    int accepted() {
        return accepted.size();
    }

    void kill(String name) {
        of(name).kill();
    }

    /// Stops one beyond its lease, with what is done meanwhile, and wakes it: by then its work may
    /// be somebody else's.
    void freeze(String name, Doing meanwhile) throws Exception {
        of(name).signal("STOP");
        try {
            long end = System.nanoTime() + LEASE.multipliedBy(4).toNanos();
            meanwhile.run();
            DaemonUnderTest.await(TO_ANSWER, () -> System.nanoTime() > end);
        } finally {
            of(name).signal("CONT");
        }
    }

    /// What may fail.
    @FunctionalInterface
    interface Doing {
        void run() throws Exception;
    }

    void restartIfDead(String name) throws IOException {
        if (!of(name).isAlive()) {
            start(name);
        }
    }

    /// Every id that a client was given has come to an end, once, worked on by nobody but the
    /// server whose account it is about, and nothing runs.
    ///
    /// @param asked the daemon that is asked
    void assertEachEndedOnceAtHome(String asked) throws ClientException, StoreException {
        for (Map.Entry<String, String> one : accepted.entrySet()) {
            JsonNode job = of(asked).awaitEnd(one.getKey(), TO_END);
            assertThat(job.path("state").asString(""))
                    .as("end of job %s", job)
                    .isIn("succeeded", "partial");
            assertThat(job.path("node").asString(""))
                    .as("%s", job)
                    .isEqualTo(one.getValue() + DOMAIN);
        }
        for (String name : accounts.keySet()) {
            JsonNode open =
                    of(name).call("packhorse_job_list", new Parameters().add("state", "active"));
            assertThat(open.path("jobs")).as("jobs that nobody works on").isEmpty();
        }
        try (Store opened = Store.open(store.store(""))) {
            JdbcJobQueue queue =
                    new JdbcJobQueue(
                            opened, opened.clock(InstantSource.system()), WorkListener.none());
            accepted.forEach(
                    (id, server) -> assertEndedOnceBy(queue.events(new JobId(id)), server));
        }
    }

    /// The final state does not tell who worked on a job, nor whether it had ended before.
    static void assertEndedOnceBy(List<JobEvent> moves, String server) {
        assertThat(moves.stream().filter(move -> !move.to().isOpen()))
                .as("ends of the job: %s", moves)
                .containsExactly(moves.getLast());
        assertThat(moves.stream().filter(move -> move.to() == JobState.ACTIVE))
                .as("who took the job of %s: %s", server, moves)
                .isNotEmpty()
                .allMatch(move -> move.by().startsWith(server + DOMAIN + "/"));
    }

    @Override
    public void close() {
        daemons.values().forEach(DaemonUnderTest::close);
    }

    /// One client of each daemon, which adds work until it is closed or its daemon is gone.
    Clients clients(long seed) throws ClientException {
        return new Clients(seed);
    }

    /// See [#clients].
    final class Clients implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        private Clients(long seed) throws ClientException {
            for (String name : accounts.keySet()) {
                DaemonClient client = new DaemonClient(of(name).state(), _ -> {});
                Random random = new Random(seed + name.hashCode());
                threads.add(Thread.ofPlatform().start(() -> addWork(name, client, random)));
            }
        }

        private void addWork(String name, DaemonClient client, Random random) {
            List<String> own = Objects.requireNonNull(accounts.get(name));
            boolean alive = true;
            try (client) {
                while (alive && !closed.get()) {
                    String account = own.get(random.nextInt(own.size()));
                    try {
                        JsonNode data =
                                client.call(
                                        "packhorse_backup_start",
                                        new Parameters().add("user", account));
                        accepted.put(data.path("job").asString(""), name);
                        LockSupport.parkNanos(200_000_000L);
                    } catch (ClientException e) {
                        alive = e.kind() == ClientException.Kind.FAILED;
                    }
                }
            }
        }

        @Override
        public void close() {
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
