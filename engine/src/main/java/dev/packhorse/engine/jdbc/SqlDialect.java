package dev.packhorse.engine.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/// What differs between the databases.
interface SqlDialect extends AutoCloseable {
    /// What a claim's SELECT ends with, so that processes that claim at the same time do not wait
    /// for each other's row; may be empty where only one process can be at the store.
    String lockForClaim();

    /// What a SELECT ends with that locks its rows and leaves out those that another process has
    /// locked: that may stand still, and whoever waited for it would stand still, too.
    String lockIfFree();

    /// The lock that everybody holds from the first statement of a transaction that may write until
    /// it is committed, where the store takes only one writer at a time; empty where it takes many.
    Optional<Lock> writing();

    /// Whether the error means that another transaction was quicker: the whole transaction is worth
    /// another try at once.
    boolean isCollision(SQLException error);

    /// Whether the error means that the store can no longer be relied on: nothing may be written
    /// until the process has been started again.
    boolean isFatal(SQLException error);

    /// Returns after everything that was committed before the call is on stable storage. Called
    /// after commits; safe for many threads.
    void settle() throws SQLException;

    /// The time that all processes at the store share.
    ///
    /// @param local this process's clock
    Instant sharedTime(Connection connection, InstantSource local) throws SQLException;

    /// What the database is told to risk, in words; empty for nothing.
    List<String> doubts();

    /// Gives back what the dialect itself holds, after the pool is closed.
    @Override
    void close() throws SQLException;
}
