package dev.packhorse.engine.jdbc;

import dev.packhorse.transport.spi.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Opens and empties stores for tests.
public final class TestStore {
    private TestStore() {}

    public static Store h2(Path folder) throws StoreException {
        return Store.open(StoreSettings.h2(folder.resolve("queue")));
    }

    public static Store postgres() throws StoreException {
        PostgresServer server = PostgresServer.running();
        return Store.open(
                new StoreSettings(
                        server.newDatabase(),
                        PostgresServer.USER,
                        new Secret(PostgresServer.PASSWORD),
                        12));
    }

    /// A database that several stores of one test are opened on.
    public static SharedDatabase sharedPostgres() {
        return new SharedDatabase(PostgresServer.running().newDatabase());
    }

    /// See [#sharedPostgres].
    public record SharedDatabase(String url) {
        public Store open() throws StoreException {
            return Store.open(
                    new StoreSettings(
                            url, PostgresServer.USER, new Secret(PostgresServer.PASSWORD), 12));
        }
    }

    /// As a newer version of the program does on its start.
    public static void upgrade(Store store) throws SQLException {
        try (Connection connection = store.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO \"flyway_schema_history\" SELECT \"installed_rank\" + 1000, '999',"
                            + " 'later', \"type\", 'V999__later.sql', 1, \"installed_by\","
                            + " \"installed_on\", 1, TRUE FROM \"flyway_schema_history\""
                            + " WHERE \"version\" = '1'");
            connection.commit();
        }
    }

    public static void empty(Store store) throws SQLException {
        try (Connection connection = store.connection();
                Statement statement = connection.createStatement()) {
            for (String table :
                    List.of(
                            "job",
                            "job_event",
                            "slot",
                            "paused_kind",
                            "restore_point",
                            "drill",
                            "object_lock")) {
                statement.execute("DELETE FROM " + table);
            }
            connection.commit();
        }
    }
}
