package dev.packhorse.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.jdbc.TestStore.SharedDatabase;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.settings.SettingKeys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two nodes on one PostgreSQL, each with connections, queue and workers of its own. With the usual
/// lease, and the bounds that hold on a machine of its own: `-Dpackhorse.nodes.lease=60
/// -Dpackhorse.bounds=tight`.
class TwoNodesTest {
    private static final boolean TIGHT = "tight".equals(System.getProperty("packhorse.bounds"));
    private static final Duration LEASE =
            Duration.ofSeconds(Integer.getInteger("packhorse.nodes.lease", 4));
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration TAKEN_OVER = Duration.ofSeconds(90);
    private static final int ITEMS = 10_000;
    private static final int ACCOUNTS = 200;
    private static final int CLIENTS = 4;

    private final ConcurrentMap<JobId, AtomicInteger> runs = new ConcurrentHashMap<>();
    private final ConcurrentMap<JobId, String> where = new ConcurrentHashMap<>();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final Set<String> breaches = ConcurrentHashMap.newKeySet();
    private final List<Node> nodes = new ArrayList<>();
    private SharedDatabase database;

    /// One server's part: it runs what is for it or for anybody.
    private final class Node {
        private final Store store;
        private final JdbcJobQueue queue;
        private final WorkerPool pool;

        Node(String name) throws Exception {
            this.store = database.open();
            WorkSignal signal = new WorkSignal();
            this.queue = new JdbcJobQueue(store, store.clock(InstantSource.system()), signal, name);
            PoolSettings usual = PoolSettings.of(name, Map.of(JobKind.BACKUP.stage(), 4));
            PoolSettings settings =
                    new PoolSettings(
                            name,
                            usual.workers(),
                            LEASE,
                            LEASE.dividedBy(4),
                            usual.poll(),
                            usual.stopWithin(),
                            usual.backoff());
            this.pool =
                    new WorkerPool(
                            queue,
                            signal,
                            List.of(new Counting(name)),
                            settings,
                            (thread, failure) -> breaches.add(thread + ": " + failure));
            nodes.add(this);
        }

        Node started() {
            pool.start();
            return this;
        }

        Enqueued add(JobRequest request) {
            return queue.enqueue(request);
        }

        void stop() throws StoreException {
            pool.stop();
            store.close();
        }
    }

    /// Writes down that it ran, and whether another run of the same account was under way.
    private final class Counting implements JobHandler {
        private final String node;

        Counting(String node) {
            this.node = node;
        }

        @Override
        public JobKind kind() {
            return JobKind.BACKUP;
        }

        @Override
        public Ended run(JobContext context) {
            Job job = context.lease().job();
            Optional<String> key = job.request().exclusiveKey();
            if (key.isPresent() && !busy.add(key.get())) {
                breaches.add("two runs at a time of " + key.get());
            }
            runs.computeIfAbsent(job.id(), _ -> new AtomicInteger()).incrementAndGet();
            where.put(job.id(), node);
            key.ifPresent(busy::remove);
            return Ended.with(new JobOutcome.Succeeded("{}"));
        }
    }

    @BeforeEach
    void database() {
        database = TestStore.sharedPostgres();
    }

    @AfterEach
    void closeTheNodes() throws Exception {
        for (Node each : nodes) {
            each.stop();
        }
    }

    @Test
    void tenThousandItemsAreDoneOnceEach() throws Exception {
        Node first = new Node("first").started();
        Node second = new Node("second").started();
        long began = System.nanoTime();
        Map<JobId, String> accepted = new ConcurrentHashMap<>();
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int from = client;
            Node at = client % 2 == 0 ? first : second;
            clients.add(Thread.ofPlatform().start(() -> addItems(at, from, accepted)));
        }
        for (Thread client : clients) {
            client.join();
        }
        JobFilter done = JobFilter.of(Set.of(), Set.of(JobState.SUCCEEDED)).ofAllServers().limit(1);
        await(LONGEST, () -> first.queue.count(done) == ITEMS);
        double seconds = (System.nanoTime() - began) / 1e9;

        assertThat(accepted).hasSize(ITEMS);
        assertThat(runs).as("items that ran").containsOnlyKeys(accepted.keySet());
        assertThat(runs.values()).as("runs of an item").allMatch(count -> count.get() == 1);
        accepted.forEach((id, bound) -> {
            if (!bound.isEmpty()) {
                assertThat(where.get(id)).as("where %s ran", id).isEqualTo(bound);
            }
        });
        assertThat(where.values()).as("both took part").contains("first", "second");
        assertThat(breaches).isEmpty();
        assertThat(first.queue.count(JobFilter.of(Set.of(), Set.of()).ofAllServers()))
                .isEqualTo(ITEMS);
        System.out.printf(
                "figure: %d items on 2 nodes in %.1f s, none lost, none twice%n", ITEMS, seconds);
        if (TIGHT) {
            assertThat(seconds).isLessThan(60);
        }
    }

    /// A third are of any server, a third each of one; all have accounts that exclude each other.
    private static void addItems(Node at, int from, Map<JobId, String> accepted) {
        for (int i = from; i < ITEMS; i += CLIENTS) {
            String account = "account" + i % ACCOUNTS;
            String bound = i % 3 == 0 ? "" : i % 3 == 1 ? "first" : "second";
            JobRequest any =
                    JobRequest.of(JobKind.BACKUP, account, "root", "{}")
                            .withExclusiveKey("account:" + account + "@" + bound);
            accepted.put(at.add(bound.isEmpty() ? any : any.onNode(bound)).id(), bound);
        }
    }

    /// What a killed node leaves is its lease: nothing else of it reaches the store any more.
    @Test
    void theWorkOfAKilledNodeIsTakenOver() throws Exception {
        Node dead = new Node("first");
        JobId free = dead.add(JobRequest.of(JobKind.BACKUP, "any", "root", "{}")).id();
        JobId own =
                dead.add(JobRequest.of(JobKind.BACKUP, "own", "root", "{}").onNode("first")).id();
        for (int i = 0; i < 2; i++) {
            assertThat(dead.queue.claim("first/killed", "first", Set.of(JobKind.BACKUP), LEASE))
                    .isPresent();
        }
        long killed = System.nanoTime();
        Node alive = new Node("second").started();
        await(LONGEST, () -> runs.containsKey(free));
        double seconds = (System.nanoTime() - killed) / 1e9;
        System.out.printf(
                "figure: work of a killed node taken over after %.1f s, lease %d s%n",
                seconds, LEASE.toSeconds());
        assertThat(where.get(free)).isEqualTo("second");
        if (TIGHT) {
            assertThat(seconds).isLessThan((double) TAKEN_OVER.toSeconds());
        }

        // What needs the node's own files waits for it, and for nobody else.
        await(LONGEST, () -> alive.queue.find(own).orElseThrow().state() == JobState.PENDING);
        assertThat(runs).doesNotContainKey(own);
        new Node("first").started();
        await(LONGEST, () -> runs.containsKey(own));
        assertThat(where.get(own)).isEqualTo("first");
        assertThat(runs.get(free)).hasValue(1);
        assertThat(runs.get(own)).hasValue(1);
        assertThat(breaches).isEmpty();
    }

    /// The longest that a lease still runs, is not looked at, and the free worker is not awake.
    @Test
    void theUsualSettingsTakeOverInTime() {
        Duration lease =
                SettingKeys.QUEUE_LEASE.parser().apply(SettingKeys.QUEUE_LEASE.defaultText());
        Duration poll = PoolSettings.of("n", Map.of(JobKind.BACKUP.stage(), 1)).poll();
        Duration longest = lease.plus(lease.dividedBy(4)).plus(poll);
        assertThat(longest).isLessThan(TAKEN_OVER);
        System.out.printf(
                "figure: by the usual settings after %d s at most%n", longest.toSeconds());
    }

    private static void await(Duration limit, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within " + limit).isLessThan(end);
            LockSupport.parkNanos(50_000_000L);
        }
    }
}
