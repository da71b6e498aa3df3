package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.Secret;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PostgresStoreTest {
    @Test
    void commitsWaitForTheDiskWhateverTheServersDefault() throws Exception {
        String url = PostgresServer.running().newDatabase();
        Map<String, String> inForce =
                Map.of(
                        "off", "on",
                        "local", "on",
                        "remote_write", "on",
                        "remote_apply", "remote_apply");
        for (Map.Entry<String, String> each : inForce.entrySet()) {
            String lazy = url + "?options=-c%20synchronous_commit=" + each.getKey();
            try (Store store = open(lazy, PostgresServer.PASSWORD)) {
                assertThat(store.isShared()).isTrue();
                try (Connection one = store.connection();
                        Connection two = store.connection();
                        Connection three = store.connection()) {
                    for (Connection connection : List.of(one, two, three)) {
                        assertThat(afterRollback(connection))
                                .as(each.getKey())
                                .isEqualTo(each.getValue());
                    }
                }
            }
        }
    }

    private static String afterRollback(Connection connection) throws SQLException {
        connection.rollback();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW synchronous_commit")) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void whatTheServerIsToldToRiskIsSaid() throws Exception {
        String url = PostgresServer.running().newDatabase();
        try (Store store = open(url, PostgresServer.PASSWORD)) {
            assertThat(store.doubts())
                    .singleElement()
                    .asString()
                    .startsWith("the database server runs with fsync=off: acknowledged work");
            set(store, "off");
            try (Store again = open(url, PostgresServer.PASSWORD)) {
                assertThat(again.doubts())
                        .hasSize(2)
                        .anyMatch(doubt -> doubt.contains("full_page_writes=off"));
            } finally {
                set(store, "on");
            }
        }
    }

    /// As one that is stopped, or whose machine is: its rows stay locked, and nobody else waits.
    @Test
    void aServerThatStandsStillInATransactionHoldsNobodyUp() throws Exception {
        TestStore.SharedDatabase database = TestStore.sharedPostgres();
        try (Store still = database.open();
                Store store = database.open();
                Connection locks = still.connection();
                Statement statement = locks.createStatement()) {
            JdbcJobQueue queue = queue(store, InstantSource.system());
            for (String account : List.of("a", "b")) {
                queue.enqueue(JobQueueContract.backup(account));
                assertThat(queue.claim("w", "n", Set.of(JobKind.BACKUP), Duration.ofMillis(1)))
                        .isPresent();
            }
            statement.execute("SELECT id FROM job WHERE subject = 'a' FOR UPDATE");
            AtomicInteger reclaimed = new AtomicInteger();
            Thread heartbeat =
                    Thread.ofPlatform()
                            .start(() ->
                                    Eventually.holds(
                                            "one lease is taken back",
                                            () ->
                                                    reclaimed.addAndGet(queue.reclaimExpired())
                                                            == 1));
            assertThat(heartbeat.join(Duration.ofSeconds(40))).as("it does not wait").isTrue();
            assertThat(reclaimed).hasValue(1);
            locks.rollback();
            Eventually.holds("the other, too", () -> queue.reclaimExpired() == 1);
            try (ResultSet rows =
                    statement.executeQuery("SHOW idle_in_transaction_session_timeout")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("1min");
            }
        }
    }

    /// Changes the server's setting and waits until it is in force.
    private static void set(Store store, String value) throws Exception {
        try (Connection connection = store.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("ALTER SYSTEM SET full_page_writes = " + value);
            statement.execute("SELECT pg_reload_conf()");
            Eventually.holds("it is in force", () -> shows(statement, value));
        }
    }

    private static boolean shows(Statement statement, String value) {
        try (ResultSet rows = statement.executeQuery("SHOW full_page_writes")) {
            return rows.next() && rows.getString(1).equals(value);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aServerThatIsNotThereIsToldFromOneThatRefuses() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        String nobody = "jdbc:postgresql://127.0.0.1:" + free + "/packhorse";
        assertThatThrownBy(() -> open(nobody, PostgresServer.PASSWORD))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining(nobody);
        String url = PostgresServer.running().newDatabase();
        assertThatThrownBy(() -> open(url, "wrong"))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreAwayException.class);
        for (String[] refused :
                new String[][] {{url, ""}, {url + "?sslmode=require", PostgresServer.PASSWORD}}) {
            assertThatThrownBy(() -> open(refused[0], refused[1]))
                    .isInstanceOf(StoreException.class)
                    .isNotInstanceOf(StoreAwayException.class);
        }
        assertThatThrownBy(() -> open(url + "_not_there", PostgresServer.PASSWORD))
                .isNotInstanceOf(StoreAwayException.class);
    }

    @Test
    void wrongPasswordIsAnErrorWithoutIt() {
        String url = PostgresServer.running().newDatabase();
        assertThatThrownBy(() -> open(url, "marker"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(url)
                .hasMessageContaining("password authentication failed")
                .hasMessageNotContaining("marker");
    }

    @Test
    void serverWithAWrongClockTakesNobodysLeases() throws Exception {
        try (Store store = TestStore.postgres()) {
            JdbcJobQueue right = queue(store, InstantSource.system());
            JdbcJobQueue ahead =
                    queue(store, InstantSource.offset(InstantSource.system(), Duration.ofHours(1)));
            var id = right.enqueue(JobQueueContract.backup("a")).id();
            Lease lease =
                    right.claim("w", "n", Set.of(JobKind.BACKUP), Duration.ofMinutes(5))
                            .orElseThrow();
            assertThat(ahead.reclaimExpired()).isZero();
            assertThat(right.find(id).orElseThrow().state()).isEqualTo(JobState.ACTIVE);
            assertThat(Duration.between(right.now(), ahead.now()).abs())
                    .isLessThan(Duration.ofSeconds(30));
            assertThat(lease.until()).isAfter(ahead.now());
        }
    }

    @Test
    void sharedClockFollowsTheServerWhenTheLocalOneIsSet() throws Exception {
        try (Store store = TestStore.postgres()) {
            SettableClock local = new SettableClock(Instant.EPOCH);
            JdbcJobQueue queue = queue(store, local);
            Instant before = queue.now();
            local.advance(Duration.ofDays(3));
            queue.reclaimExpired();
            assertThat(Duration.between(before, queue.now())).isLessThan(Duration.ofHours(1));
        }
    }

    @Test
    void openingTwiceSharesOneStore() throws Exception {
        String url = PostgresServer.running().newDatabase();
        try (Store one = open(url, PostgresServer.PASSWORD);
                Store two = open(url, PostgresServer.PASSWORD)) {
            var id = queue(one, InstantSource.system()).enqueue(JobQueueContract.backup("a")).id();
            assertThat(queue(two, InstantSource.system()).find(id)).isPresent();
        }
    }

    private static JdbcJobQueue queue(Store store, InstantSource local) {
        return new JdbcJobQueue(store, store.clock(local), WorkListener.none());
    }

    private static Store open(String url, String password) throws StoreException {
        return Store.open(new StoreSettings(url, PostgresServer.USER, new Secret(password), 4));
    }
}
