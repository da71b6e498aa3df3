package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Claims on PostgreSQL do not stand in each other's way, and read no more than they need.
@Timeout(120)
class PostgresClaimTest {
    private static final Set<JobKind> PACKING = Set.of(JobKind.BACKUP, JobKind.PKGACCT);

    private Store store;
    private JdbcJobQueue queue;

    @BeforeEach
    void open() throws StoreException {
        store = TestStore.postgres();
        queue = new JdbcJobQueue(store, store.clock(InstantSource.system()), WorkListener.none());
    }

    @AfterEach
    void close() throws StoreException {
        store.close();
    }

    @Test
    void aClaimThatIsNotCommittedHidesNothingButItsJob() throws Exception {
        JobId backup = add(JobKind.BACKUP, "anna");
        JobId pack = add(JobKind.PKGACCT, "bert");
        try (Connection begun = store.connection()) {
            Optional<Lease> first =
                    JobClaim.claim(
                            new Transaction(begun),
                            store.dialect().lockForClaim(),
                            "w1",
                            "n",
                            PACKING,
                            Set.of(),
                            Instant.now(),
                            JobQueueContract.LEASE);
            Optional<Lease> second = queue.claim("w2", "n", PACKING, JobQueueContract.LEASE);
            begun.commit();
            assertThat(first).map(lease -> lease.job().id()).contains(backup);
            assertThat(second).map(lease -> lease.job().id()).contains(pack);
        }
    }

    @Test
    void claimsOfOneServerAreUnderWayTogether() throws Exception {
        add(JobKind.BACKUP, "anna");
        add(JobKind.BACKUP, "bert");
        try (ExecutorService threads = Executors.newFixedThreadPool(2);
                Connection other = store.connection();
                Statement statement = other.createStatement()) {
            // Holds them up after they have taken their jobs.
            statement.execute("LOCK TABLE job_event IN EXCLUSIVE MODE");
            Future<Optional<Lease>> one = threads.submit(() -> claim("w1"));
            Future<Optional<Lease>> two = threads.submit(() -> claim("w2"));
            try {
                Eventually.holds("two claims are under way", () -> waiting(statement) == 2);
            } finally {
                other.rollback();
            }
            assertThat(one.get().orElseThrow().job().id())
                    .isNotEqualTo(two.get().orElseThrow().job().id());
        }
    }

    @Test
    void aClaimDoesNotReadAllThatWaits() throws Exception {
        add(JobKind.BACKUP, "anna");
        try (Connection connection = store.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO job (id, kind, state, subject, owner, arguments, asked_held,"
                            + " priority, exclusive_key, max_attempts, created_at, run_at, attempts,"
                            + " snoozes, fence, cancel_requested, progress, result, reason) SELECT 'x'"
                            + " || n, kind, 'PENDING', subject, owner, arguments, FALSE, priority,"
                            + " exclusive_key, max_attempts, created_at, run_at, 0, 0, 0, FALSE, '{}',"
                            + " '{}', '' FROM job, generate_series(1, 20000) AS n");
            connection.commit();
            assertThat(plan(connection))
                    .as("before anybody counted")
                    .doesNotContain("Seq Scan on job");
            statement.execute("ANALYZE job");
            assertThat(plan(connection)).as("once counted").doesNotContain("Seq Scan on job");
            connection.rollback();
        }
    }

    private JobId add(JobKind kind, String account) {
        return queue.enqueue(
                        JobRequest.of(kind, account, "root", "{}")
                                .withExclusiveKey("account:" + account))
                .id();
    }

    private Optional<Lease> claim(String worker) {
        return queue.claim(worker, "n", Set.of(JobKind.BACKUP), JobQueueContract.LEASE);
    }

    private static int waiting(Statement statement) {
        try (ResultSet rows =
                statement.executeQuery(
                        "SELECT COUNT(*) FROM pg_locks WHERE NOT granted"
                                + " AND relation = 'job_event'::regclass")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private String plan(Connection connection) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "EXPLAIN " + JobClaim.FIRST + store.dialect().lockForClaim())) {
            statement.setString(1, "BACKUP");
            statement.setInt(2, Integer.MAX_VALUE);
            statement.setLong(3, Instant.now().toEpochMilli());
            statement.setLong(4, Instant.now().plusSeconds(3600).toEpochMilli());
            statement.setString(5, "n");
            statement.setString(6, "n");
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }
}
