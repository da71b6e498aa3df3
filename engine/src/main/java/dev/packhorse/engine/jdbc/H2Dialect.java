package dev.packhorse.engine.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.api.ErrorCode;

/// H2 in a file of this process alone.
///
/// A commit with `WRITE_DELAY=0` is in the operating system's hands when it returns: it outlives
/// the process, but not a power cut. `CHECKPOINT SYNC` takes it to the disk. One such call covers
/// every commit that returned before it began, so that concurrent callers share it.
final class H2Dialect implements SqlDialect {
    private static final Set<Integer> COLLISIONS =
            Set.of(
                    ErrorCode.DUPLICATE_KEY_1,
                    ErrorCode.DEADLOCK_1,
                    ErrorCode.LOCK_TIMEOUT_1,
                    ErrorCode.CONCURRENT_UPDATE_1);
    private static final Set<Integer> FATAL =
            Set.of(
                    ErrorCode.IO_EXCEPTION_1,
                    ErrorCode.IO_EXCEPTION_2,
                    ErrorCode.FILE_CORRUPTED_1,
                    ErrorCode.DATABASE_IS_CLOSED,
                    ErrorCode.GENERAL_ERROR_1);

    /// Keeps the database open for as long as the store is, and does the syncing.
    private final Connection anchor;

    private final AtomicLong commits = new AtomicLong();
    private final ReentrantLock syncing = new ReentrantLock();
    private volatile long synced;

    private H2Dialect(Connection anchor) {
        this.anchor = anchor;
    }

    /// Makes sure that the database is durable.
    ///
    /// @param anchor a connection that nobody else uses; closed with the dialect
    /// @throws StoreException if the database does not run with the settings that durability needs
    static H2Dialect on(Connection anchor) throws SQLException, StoreException {
        String delay = setting(anchor, "WRITE_DELAY");
        if (!delay.equals("0")) {
            throw new StoreException(
                    "the store runs with WRITE_DELAY="
                            + delay
                            + " instead of 0: commits would not"
                            + " be durable",
                    null);
        }
        return new H2Dialect(anchor);
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT setting_value FROM information_schema.settings"
                                + " WHERE setting_name = ?")) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : "unset";
            }
        }
    }

    @Override
    public String lockForClaim() {
        return "";
    }

    @Override
    public boolean isCollision(SQLException error) {
        return COLLISIONS.contains(error.getErrorCode());
    }

    @Override
    public boolean isFatal(SQLException error) {
        return FATAL.contains(error.getErrorCode());
    }

    @Override
    public void settle() throws SQLException {
        long mine = commits.incrementAndGet();
        if (synced >= mine) {
            return;
        }
        syncing.lock();
        try {
            if (synced >= mine) {
                return;
            }
            long covered = commits.get();
            try (Statement statement = anchor.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
            synced = covered;
        } finally {
            syncing.unlock();
        }
    }

    @Override
    public Instant sharedTime(Connection connection, InstantSource local) {
        return local.instant();
    }

    @Override
    public void close() throws SQLException {
        anchor.close();
    }
}
