package dev.packhorse.engine.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/// Opens stores of either database.
final class StoreOpener {
    private static final String POSTGRES = "jdbc:postgresql:";

    private StoreOpener() {}

    static Store open(StoreSettings settings) throws StoreException {
        if (H2Address.matches(settings.url())) {
            return openH2(settings, H2Address.parse(settings.url()));
        }
        if (settings.url().startsWith(POSTGRES)) {
            return openPostgres(settings);
        }
        throw new StoreException(
                "database.url must begin with jdbc:h2:file:/ or jdbc:postgresql://", null);
    }

    static Store openH2(StoreSettings settings, H2Address address) throws StoreException {
        try {
            Connection anchor = connectH2(settings, address);
            try {
                protect(address.file());
                HikariConfig config = Store.poolOf(settings, address.url());
                // Connections to a file of this process do not go stale.
                config.setMaxLifetime(0);
                config.setIdleTimeout(0);
                return finish(config, H2Dialect.on(anchor, address.file()), false);
            } catch (SQLException | StoreException | IOException | RuntimeException e) {
                closeAfter(e, anchor);
                throw e;
            }
        } catch (SQLException e) {
            if (!isOfTheFile(e)) {
                throw new StoreException(
                        "the store " + address.file() + " cannot be opened: " + e.getMessage(), e);
            }
            throw new UnusableStoreException(
                    "the store "
                            + address.file()
                            + " cannot be opened: "
                            + e.getMessage()
                            + "\n"
                            + H2Recovery.advice(address.file(), settings.user()),
                    e);
        } catch (IOException e) {
            throw new StoreException(
                    "the store " + address.file() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /// Whether what the file holds is to blame, and not who asks, a full disk or another process.
    private static boolean isOfTheFile(SQLException failure) {
        if (failure.getErrorCode() == ErrorCode.WRONG_USER_OR_PASSWORD) {
            return false;
        }
        Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof MVStoreException store
                    && (store.getErrorCode() == DataUtils.ERROR_WRITING_FAILED
                            || store.getErrorCode() == DataUtils.ERROR_FILE_LOCKED)) {
                return false;
            }
            cause = cause.getCause();
        }
        return true;
    }

    private static Connection connectH2(StoreSettings settings, H2Address address)
            throws StoreException, SQLException, IOException {
        Path folder = address.file().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StoreException("the folder of the store is not there: " + folder, null);
        }
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(address.url());
        source.setUser(settings.user());
        source.setPassword(settings.password().reveal());
        try {
            return new H2Upgrade(source, address.file()).connect();
        } catch (SQLException e) {
            if (e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
                throw new StoreLockedException(
                        address.file(), FileLockHolder.of(address.file()), e);
            }
            throw e;
        }
    }

    /// A file that H2 has just made has a name that is not on the disk yet.
    private static void protect(Path file) throws IOException {
        try (FileChannel folder =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static Store openPostgres(StoreSettings settings) throws StoreException {
        HikariConfig config = Store.poolOf(settings, settings.url());
        config.setConnectionInitSql(PostgresDialect.ON_CONNECT);
        // Else it belongs to the first transaction, and a rollback undoes it.
        config.setIsolateInternalQueries(true);
        // Source: pgJDBC documentation, connection parameters; seconds. Without them a call hangs
        // for hours when the server's machine goes away.
        config.addDataSourceProperty("connectTimeout", "10");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "packhorse");
        try {
            return openPostgresPool(settings, config);
        } catch (PoolInitializationException | SQLException | StoreException e) {
            throw unopened(settings, e);
        }
    }

    private static StoreException unopened(StoreSettings settings, Exception e) {
        boolean away = StoreAwayException.isWhy(e);
        if (e instanceof StoreException store && !away) {
            return store;
        }
        String message =
                "the store at " + place(settings.url()) + " cannot be opened: " + reason(e);
        return away ? new StoreAwayException(message, e) : new StoreException(message, e);
    }

    private static Store openPostgresPool(StoreSettings settings, HikariConfig config)
            throws StoreException, SQLException {
        HikariDataSource pool = new HikariDataSource(config);
        try {
            Store.migrate(settings, pool);
            try (Connection connection = pool.getConnection()) {
                SqlDialect dialect = PostgresDialect.on(connection);
                connection.rollback();
                return new Store(pool, dialect, true);
            }
        } catch (StoreException | SQLException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static Store finish(HikariConfig config, SqlDialect dialect, boolean shared)
            throws StoreException {
        HikariDataSource pool = new HikariDataSource(config);
        try {
            Store.migrate(pool);
            return new Store(pool, dialect, shared);
        } catch (StoreException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static void closeAfter(Exception reason, Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /// The URL without its parameters, among which a password could be.
    private static String place(String url) {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    private static String reason(Exception e) {
        Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : String.valueOf(cause.getMessage());
    }
}
