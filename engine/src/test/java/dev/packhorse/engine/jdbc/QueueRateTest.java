package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many moves of jobs a second the queue acknowledges, each of them on the disk by then, with
/// the connections and settings of the daemon. Every move that was counted has its row afterwards.
/// The bound that holds on a machine of its own: `-Dpackhorse.bounds=tight`.
class QueueRateTest {
    private static final boolean TIGHT = "tight".equals(System.getProperty("packhorse.bounds"));
    private static final Duration WARM_UP = TIGHT ? Duration.ofSeconds(8) : Duration.ofMillis(300);
    private static final Duration COUNTED = TIGHT ? Duration.ofSeconds(20) : Duration.ofSeconds(1);
    private static final int THREADS = 16;
    private static final Set<JobKind> KINDS = Set.of(JobKind.BACKUP);
    private static final Duration LEASE = Duration.ofMinutes(5);

    @TempDir private Path folder;

    private final AtomicInteger names = new AtomicInteger();
    private final AtomicLong moves = new AtomicLong();

    @Test
    void withAnEmbeddedStore() throws Exception {
        try (Store store = Store.open(StoreSettings.h2(folder.resolve("queue")))) {
            measure("H2", store, 1_000);
        }
    }

    @Test
    void withASharedStore() throws Exception {
        try (PostgresServer server = PostgresServer.durable();
                Store store = Store.open(server.newStore())) {
            measure("PostgreSQL", store, 2_000);
        }
    }

    private void measure(String name, Store store, int bound) throws Exception {
        JobQueue queue =
                new JdbcJobQueue(store, store.clock(InstantSource.system()), WorkListener.none());
        drive(queue, WARM_UP);
        long before = moves.get();
        long began = System.nanoTime();
        drive(queue, COUNTED);
        double seconds = (System.nanoTime() - began) / 1e9;
        long counted = moves.get() - before;
        assertThat(stored(store)).as("moves that are stored").isEqualTo(moves.get());
        double rate = counted / seconds;
        System.out.printf(
                "figure: %s: %,.0f durable moves of jobs a second, by %d threads%n",
                name, rate, THREADS);
        assertThat(counted).isPositive();
        if (TIGHT) {
            assertThat(rate).as("moves a second with %s", name).isGreaterThanOrEqualTo(bound);
        }
    }

    private void drive(JobQueue queue, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                String worker = "w" + i;
                all.add(
                        threads.submit(() -> {
                            while (System.nanoTime() < end) {
                                oneJob(queue, worker);
                            }
                            return true;
                        }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    /// Asks for a job, takes one, which may be somebody else's, and ends it.
    private void oneJob(JobQueue queue, String worker) throws Exception {
        String account = "account" + names.incrementAndGet();
        JobRequest request =
                JobRequest.of(JobKind.BACKUP, account, "root", "{}")
                        .withUniqueKey("backup:" + account)
                        .withExclusiveKey("account:" + account);
        assertThat(queue.enqueue(request).added()).isTrue();
        moves.incrementAndGet();
        Optional<Lease> lease = queue.claim(worker, "n", KINDS, LEASE);
        if (lease.isPresent()) {
            moves.incrementAndGet();
            queue.finish(lease.get(), new JobOutcome.Succeeded("{}"), FollowUp.NONE);
            moves.incrementAndGet();
        }
    }

    private static long stored(Store store) throws SQLException {
        try (Connection connection = store.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM job_event")) {
            rows.next();
            long count = rows.getLong(1);
            connection.rollback();
            return count;
        }
    }
}
