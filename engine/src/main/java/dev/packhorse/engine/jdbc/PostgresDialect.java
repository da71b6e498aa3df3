package dev.packhorse.engine.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL, which several servers may share. A commit there is durable by itself.
final class PostgresDialect implements SqlDialect {
    /// Makes each connection wait for the disk even where the server's default does not; stricter
    /// settings of the server stay.
    static final String ON_CONNECT =
            "SELECT set_config('synchronous_commit', 'on', false)"
                    + " WHERE current_setting('synchronous_commit') = 'off'";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDialect.class);

    /// Source: PostgreSQL documentation, appendix A: unique_violation, serialization_failure,
    /// deadlock_detected.
    private static final Set<String> COLLISIONS = Set.of("23505", "40001", "40P01");

    private PostgresDialect() {}

    static PostgresDialect on(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW fsync")) {
            if (rows.next() && rows.getString(1).equals("off")) {
                LOG.warn(
                        "the database server runs with fsync=off: acknowledged work does not"
                                + " outlive a crash of its machine");
            }
        }
        return new PostgresDialect();
    }

    @Override
    public String lockForClaim() {
        return " FOR UPDATE OF j SKIP LOCKED";
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
