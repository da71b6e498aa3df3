package dev.packhorse.engine.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL, which several servers may share. A commit there is durable by itself.
final class PostgresDialect implements SqlDialect {
    /// Makes each connection wait for the disk, and for that of a standby that the server waits
    /// for, even where the server's default does not, and ends one whose daemon stands still in the
    /// middle of a transaction, with rows locked; stricter settings of the server stay.
    static final String ON_CONNECT =
            "SELECT set_config(name, value, false) FROM (VALUES ('synchronous_commit', 'on'),"
                    + " ('idle_in_transaction_session_timeout', '60s')) AS wanted (name, value)"
                    + " WHERE current_setting(name) IN ('off', 'local', 'remote_write', '0')";

    /// As [#ON_CONNECT], but however long a migration takes, the connection that holds the lock has
    /// nothing to do meanwhile.
    static final String ON_CONNECT_TO_MIGRATE =
            ON_CONNECT + "; SET idle_in_transaction_session_timeout = 0";

    /// What a power cut at the server may cost, by the setting that is off.
    private static final Map<String, String> DOUBTS =
            new TreeMap<>(
                    Map.of(
                            "fsync",
                            "acknowledged work does not outlive a power cut of its machine, and the whole store may be lost",
                            "full_page_writes",
                            "a power cut of its machine may damage the store, unless its file system writes pages whole",
                            "synchronous_commit",
                            "acknowledged work may be lost in a crash; this server asked for \"on\" and did not get it"));

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDialect.class);

    /// Source: PostgreSQL documentation, appendix A: unique_violation, serialization_failure,
    /// deadlock_detected.
    private static final Set<String> COLLISIONS = Set.of("23505", "40001", "40P01");

    private final List<String> doubts;

    private PostgresDialect(List<String> doubts) {
        this.doubts = List.copyOf(doubts);
    }

    static PostgresDialect on(Connection connection) throws SQLException {
        List<String> doubts = new ArrayList<>();
        for (Map.Entry<String, String> each : DOUBTS.entrySet()) {
            if (isOff(connection, each.getKey())) {
                doubts.add(
                        "the database server runs with %s=off: %s"
                                .formatted(each.getKey(), each.getValue()));
            }
        }
        doubts.forEach(LOG::error);
        return new PostgresDialect(doubts);
    }

    private static boolean isOff(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW " + setting)) {
            return rows.next() && rows.getString(1).equals("off");
        }
    }

    @Override
    public List<String> doubts() {
        return doubts;
    }

    @Override
    public String lockForClaim() {
        return " FOR UPDATE OF j SKIP LOCKED";
    }

    @Override
    public String lockIfFree() {
        return " FOR UPDATE SKIP LOCKED";
    }

    @Override
    public Optional<Lock> writing() {
        return Optional.empty();
    }

    @Override
    public boolean isCollision(SQLException error) {
        return COLLISIONS.contains(error.getSQLState());
    }

    @Override
    public boolean isFatal(SQLException error) {
        return false;
    }

    @Override
    public void settle() {}

    @Override
    public Instant sharedTime(Connection connection, InstantSource local) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000"
                                        + " AS BIGINT)")) {
            if (!rows.next()) {
                throw new SQLException("the database server did not tell its time");
            }
            return Instant.ofEpochMilli(rows.getLong(1));
        }
    }

    @Override
    public void close() {}
}
