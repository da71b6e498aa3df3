package dev.packhorse.engine.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.api.ErrorCode;

/// H2 in a file of this process alone.
///
/// A commit with `WRITE_DELAY=0` is in the operating system's hands when it returns: it outlives
/// the process, but not a power cut. A sync of the file takes it to the disk. One sync covers every
/// commit that returned before it began, so that concurrent callers share it.
///
/// There is one writer at a time. H2 writes a picture of its tables that it takes one after the
/// other, and changes of others that fall in between are in it without the note that they are not
/// committed: after a kill such a row is held by nobody, for ever (`CrashLocksTest`). For the same
/// reason the sync is of the file alone, and not by `CHECKPOINT SYNC`, which takes a picture.
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

    /// Keeps the database open for as long as the store is.
    private final Connection anchor;

    /// Stays open until the database is closed: closing any descriptor of a file gives up the
    /// process's locks on it, H2's among them.
    private final FileChannel file;

    private final Lock writing = new ReentrantLock(true);
    private final AtomicLong commits = new AtomicLong();
    private final ReentrantLock syncing = new ReentrantLock();
    private volatile long synced;

    private H2Dialect(Connection anchor, FileChannel file) {
        this.anchor = anchor;
        this.file = file;
    }

    /// Makes sure that the database is durable.
    ///
    /// @param anchor a connection that nobody else uses; closed with the dialect
    /// @param file of the database
    /// @throws StoreException if the database does not run with the settings that durability needs
    /// @throws IOException if the file cannot be opened
    static H2Dialect on(Connection anchor, Path file)
            throws SQLException, StoreException, IOException {
        String delay = setting(anchor, "WRITE_DELAY");
        if (!delay.equals("0")) {
            throw new StoreException(
                    "the store runs with WRITE_DELAY="
                            + delay
                            + " instead of 0: commits would not"
                            + " be durable",
                    null);
        }
        return new H2Dialect(anchor, FileChannel.open(file, StandardOpenOption.READ));
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

    /// Nobody else writes.
    @Override
    public String lockIfFree() {
        return " FOR UPDATE";
    }

    @Override
    public Optional<Lock> writing() {
        return Optional.of(writing);
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
            file.force(false);
            synced = covered;
        } catch (IOException e) {
            throw new SQLException("the store's file cannot be synced: " + e.getMessage(), e);
        } finally {
            syncing.unlock();
        }
    }

    @Override
    public Instant sharedTime(Connection connection, InstantSource local) {
        return local.instant();
    }

    @Override
    public List<String> doubts() {
        return List.of();
    }

    @Override
    public void close() throws SQLException {
        try (file) {
            anchor.close();
        } catch (IOException e) {
            throw new SQLException("the store's file cannot be closed: " + e.getMessage(), e);
        }
    }
}
