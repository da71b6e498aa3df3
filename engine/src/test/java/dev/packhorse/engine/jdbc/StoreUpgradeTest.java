package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.FutureTask;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store of an earlier version, with rows in it, opened by this one.
class StoreUpgradeTest {
    private static final AccountName ALICE = new AccountName("alice");
    private static final AccountName BOB = new AccountName("bob");
    private static final ObjectKey ARCHIVE = new ObjectKey("2026-11-20/accounts/alice.tar.gz");

    @TempDir Path folder;

    @Test
    void restorePointsOutliveTheUpgradeOfAnEmbeddedStore() throws Exception {
        StoreSettings settings = StoreSettings.h2(folder.resolve("queue"));
        filled(H2Address.parse(settings.url()).url(), "packhorse", "");
        try (Store store = Store.open(settings)) {
            check(store);
        }
        try (Store again = Store.open(settings)) {
            check(again);
        }
    }

    @Test
    void restorePointsOutliveTheUpgradeOfASharedStore() throws Exception {
        String url = PostgresServer.running().newDatabase();
        filled(url, PostgresServer.USER, PostgresServer.PASSWORD);
        try (Store store =
                Store.open(
                        new StoreSettings(
                                url,
                                PostgresServer.USER,
                                new Secret(PostgresServer.PASSWORD),
                                4))) {
            check(store);
        }
    }

    /// Its migrations find a table locked for longer than a transaction may stand still there, as
    /// the one does that holds the lock on the upgrade.
    @Test
    void anUpgradeMayTakeLongerThanAnIdleTransaction() throws Exception {
        String url = PostgresServer.running().newDatabase();
        filled(url, PostgresServer.USER, PostgresServer.PASSWORD);
        StoreSettings settings =
                new StoreSettings(
                        url + "?options=-c%20idle_in_transaction_session_timeout=1s",
                        PostgresServer.USER,
                        new Secret(PostgresServer.PASSWORD),
                        4);
        try (Connection other =
                        DriverManager.getConnection(
                                url, PostgresServer.USER, PostgresServer.PASSWORD);
                Connection watching =
                        DriverManager.getConnection(
                                url, PostgresServer.USER, PostgresServer.PASSWORD);
                Statement locks = other.createStatement();
                Statement looks = watching.createStatement()) {
            other.setAutoCommit(false);
            locks.execute("LOCK TABLE restore_point IN ACCESS EXCLUSIVE MODE");
            FutureTask<Store> opening = new FutureTask<>(() -> Store.open(settings));
            Thread.ofPlatform().daemon().start(opening);
            Eventually.holds(
                    "it waits, for longer", () -> opening.isDone() || waitsForLonger(looks));
            other.rollback();
            try (Store store = opening.get()) {
                check(store);
            }
        }
    }

    private static boolean waitsForLonger(Statement statement) {
        try (ResultSet rows =
                statement.executeQuery(
                        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND"
                                + " wait_event_type = 'Lock' AND query_start <"
                                + " clock_timestamp() - INTERVAL '3 seconds'")) {
            return rows.next();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void filled(String url, String user, String password) throws Exception {
        Flyway.configure()
                .dataSource(url, user, password)
                .locations("classpath:db/migration")
                .target("2")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            for (String row :
                    new String[] {
                        "'alice', 5, 'DAMAGED', 'a bit', '" + ARCHIVE + "'",
                        "'bob', NULL, NULL, NULL, '2026-11-20/accounts/bob.tar.gz'"
                    }) {
                statement.execute(
                        "INSERT INTO restore_point (account, verified_at, verdict, finding, archive,"
                                + " destination, tier, slot_date, size_bytes, sha256, packed_at, node,"
                                + " deleting) VALUES ("
                                + row
                                + ", 'local', 'DAILY', '2026-11-20', 7, 'ab', 1, 'n', FALSE)");
            }
        }
    }

    private static void check(Store store) {
        JdbcCatalog catalog = new JdbcCatalog(store);
        assertThat(catalog.ofAccount(BOB))
                .singleElement()
                .satisfies(point -> {
                    assertThat(point.archive()).hasToString("2026-11-20/accounts/bob.tar.gz");
                    assertThat(point.sizeBytes()).isEqualTo(7);
                    assertThat(point.label()).isEmpty();
                    assertThat(point.slot()).hasToString("2026-11-20");
                });
        assertThat(catalog.ofAccount(ALICE)).as("a damaged copy").isEmpty();
        assertThat(catalog.isUnsound(DestinationId.LOCAL, ARCHIVE)).isTrue();
        assertThat(catalog.find(BOB, DestinationId.LOCAL, SlotName.parse("2026-11-20")))
                .map(RestorePoint::account)
                .contains(BOB);
    }
}
