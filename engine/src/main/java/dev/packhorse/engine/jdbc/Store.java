package dev.packhorse.engine.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The open database behind the queue and the catalog. Safe for many threads; close it after
/// everything that uses it has stopped.
///
/// A store that failed in a way that makes later writes doubtful (an H2 file that could not be
/// synced or read) stays failed: each further call is refused until the process starts again.
public final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    private final HikariDataSource pool;
    private final SqlDialect dialect;
    private final boolean shared;
    private volatile @Nullable SQLException failure;
    private volatile long knownRank = -1;

    Store(HikariDataSource pool, SqlDialect dialect, boolean shared) {
        this.pool = pool;
        this.dialect = dialect;
        this.shared = shared;
    }

    /// Opens the store and brings its tables up to date.
    ///
    /// @throws StoreLockedException if another process has the H2 file open
    /// @throws StoreException if it cannot be opened; nothing stays open
    public static Store open(StoreSettings settings) throws StoreException {
        return StoreOpener.open(settings);
    }

    /// Whether other servers may be at this store.
    public boolean isShared() {
        return shared;
    }

    /// What the rows of a server's catalog are marked with: those of an embedded store belong to
    /// the server that has it, whatever that is called.
    String catalogOf(String node) {
        return shared ? node : "";
    }

    /// Why the store no longer takes anything, empty while it is sound.
    public Optional<String> failure() {
        return Optional.ofNullable(failure).map(SQLException::getMessage);
    }

    /// What its server is told to risk, in words, each time it was opened; empty for nothing.
    public List<String> doubts() {
        return dialect.doubts();
    }

    /// Reads one row from the store, as a sign of life for the watchdog.
    ///
    /// @throws StoreException if the store failed, or does not answer
    public void check() throws StoreException {
        try (Connection connection = connection()) {
            boolean valid = connection.isValid(10);
            connection.rollback();
            if (!valid) {
                throw new StoreException("the store does not answer", null);
            }
        } catch (SQLException e) {
            throw new StoreException("the store does not answer: " + e.getMessage(), e);
        }
    }

    /// The clock for the queue on this store: the given one, or for a shared store the given one
    /// corrected by the database server's time, which the queue measures again now and then.
    public InstantSource clock(InstantSource local) {
        return shared ? new StoreClock(local) : local;
    }

    /// Corrects the clock, if it is one of a shared store.
    void measure(InstantSource clock) throws SQLException {
        if (clock instanceof StoreClock storeClock) {
            try (Connection connection = connection()) {
                storeClock.set(dialect.sharedTime(connection, storeClock));
                connection.rollback();
            }
        }
    }

    SqlDialect dialect() {
        return dialect;
    }

    /// A connection with auto-commit off; closing it gives it back.
    ///
    /// An interrupt that some library left on the thread is cleared, with a warning: H2's file
    /// channel would close under it, and with that the store of everybody.
    Connection connection() throws SQLException {
        if (Thread.interrupted()) {
            LOG.warn("a thread came to the store interrupted");
        }
        SQLException failed = failure;
        if (failed != null) {
            throw new SQLException(
                    "the store failed and takes nothing until the daemon is started again: "
                            + failed.getMessage(),
                    failed);
        }
        return pool.getConnection();
    }

    /// Refuses everything from now on.
    void fail(SQLException reason) {
        if (failure == null) {
            failure = reason;
            LOG.atError()
                    .setCause(reason)
                    .log("the store failed: no work is taken until the daemon is started again");
        }
    }

    @Override
    public void close() throws StoreException {
        pool.close();
        try {
            dialect.close();
        } catch (SQLException e) {
            throw new StoreException("closing the store: " + e.getMessage(), e);
        }
    }

    static HikariConfig poolOf(StoreSettings settings, String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("packhorse-store");
        config.setJdbcUrl(url);
        config.setUsername(settings.user());
        config.setPassword(settings.password().reveal());
        config.setMaximumPoolSize(settings.poolSize());
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
        return config;
    }

    /// Whether no migration is left to run.
    static boolean isUpToDate(DataSource source) throws StoreException {
        try {
            MigrationInfoService info = flyway(source).info();
            refuseNewer(info);
            return info.pending().length == 0;
        } catch (FlywayException e) {
            throw new StoreException("the store's tables cannot be read: " + e.getMessage(), e);
        }
    }

    /// Looks whether a newer version has changed the tables since they were opened, as when servers
    /// of a shared store are upgraded one by one.
    ///
    /// @throws UnusableStoreException if it has; this version must not write any more
    /// @throws StoreException if the store does not answer
    public void requireOwnVersion() throws StoreException {
        long rank = newestRank();
        if (rank != knownRank) {
            try {
                refuseNewer(flyway(pool).info());
            } catch (FlywayException e) {
                throw new StoreException("the store's tables cannot be read: " + e.getMessage(), e);
            }
            knownRank = rank;
        }
    }

    /// Flyway's own look takes many queries.
    private long newestRank() throws StoreException {
        try {
            return new Transactions(this, IllegalStateException::new)
                    .read(
                            "read the version of the store's tables",
                            t ->
                                    t.find(
                                                    "SELECT MAX(\"installed_rank\") FROM"
                                                            + " \"flyway_schema_history\"",
                                                    row -> row.getLong(1))
                                            .orElse(0L));
        } catch (IllegalStateException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Flyway flyway(DataSource source) {
        return migrations().dataSource(source).load();
    }

    private static FluentConfiguration migrations() {
        return Flyway.configure()
                .locations("classpath:db/migration")
                // By default a store that a newer version has changed passes as well.
                .ignoreMigrationPatterns(new String[0]);
    }

    private static void refuseNewer(MigrationInfoService info) throws UnusableStoreException {
        Optional<String> newer =
                Arrays.stream(info.applied())
                        .filter(each ->
                                each.getState() == MigrationState.FUTURE_SUCCESS
                                        || each.getState() == MigrationState.FUTURE_FAILED)
                        .map(each -> String.valueOf(each.getVersion()))
                        .reduce((_, last) -> last);
        if (newer.isPresent()) {
            throw new UnusableStoreException(
                    "the store's tables are of version %s, made by a newer Packhorse than this one: install that again, or put back a copy of the store that was made before"
                            .formatted(newer.get()),
                    null);
        }
    }

    /// How often the store was noted to be the newest.
    ///
    /// @throws StoreException if it cannot be read
    public long mark() throws StoreException {
        return inStore("read", false);
    }

    /// Notes it once more, durably.
    ///
    /// @return how often by now
    /// @throws StoreException if it cannot be written
    public long advanceMark() throws StoreException {
        return inStore("advance", true);
    }

    private long inStore(String what, boolean advance) throws StoreException {
        try {
            return new Transactions(this, IllegalStateException::new)
                    .change(
                            what + " the store's mark",
                            t -> {
                                if (advance) {
                                    t.updateOne("UPDATE store_mark SET number = number + 1");
                                }
                                return t.find(
                                                "SELECT number FROM store_mark",
                                                row -> row.getLong(1))
                                        .orElseThrow(() -> new SQLException("it is not there"));
                            });
        } catch (IllegalStateException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        }
    }

    static void migrate(DataSource source) throws StoreException {
        migrate(flyway(source), source);
    }

    /// As the other, on PostgreSQL: through connections that are not of the pool. There a call ends
    /// after a minute, and so does a transaction in which nothing happens, as the one that holds
    /// the lock while a long migration runs beside it.
    static void migrate(StoreSettings settings, DataSource source) throws StoreException {
        Flyway patient =
                migrations()
                        .dataSource(settings.url(), settings.user(), settings.password().reveal())
                        .jdbcProperties(
                                Map.of(
                                        "connectTimeout", "10",
                                        "socketTimeout", "3600",
                                        "tcpKeepAlive", "true",
                                        "ApplicationName", "packhorse-migration"))
                        .initSql(PostgresDialect.ON_CONNECT_TO_MIGRATE)
                        .load();
        migrate(patient, source);
    }

    private static void migrate(Flyway migrating, DataSource source) throws StoreException {
        try {
            refuseNewer(flyway(source).info());
            migrating.migrate();
        } catch (FlywayException e) {
            throw new StoreException(
                    "the store's tables could not be brought up to date: " + e.getMessage(), e);
        }
    }
}
