package dev.packhorse.engine.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.PostgresSettings;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As [MysqlCutTest], with PostgreSQL.
class PostgresCutTest {
    /// Each restore starts many programs.
    private static final int CUTS = Integer.getInteger("packhorse.cuts", 8);

    private final dev.packhorse.engine.jdbc.PostgresServer running =
            dev.packhorse.engine.jdbc.PostgresServer.running();
    private final PostgresComponent component = new PostgresComponent();

    @TempDir Path folder;

    @Test
    void aDatabaseIsItsOldOrItsNewSelf() throws Exception {
        Path staging = Files.createDirectory(folder.resolve("staging"));
        MysqlFolder archive = new MysqlFolder(Files.createDirectory(folder.resolve("archive")));
        PostgresServer near = connect(new HostPort("127.0.0.1", running.port()));
        run(
                "postgres",
                "CREATE ROLE cutpg LOGIN PASSWORD 'pass'",
                "CREATE DATABASE cutpg_a OWNER cutpg");
        run("cutpg_a", "SET ROLE cutpg", "CREATE SCHEMA s", "CREATE TABLE s.t (w text)");
        fill("new");
        component.pack(
                new PackContext(
                        account(),
                        services(near),
                        PackOptions.ALL,
                        staging,
                        QuietLog.LOG,
                        Cancellation.never()),
                archive);
        try (CuttingProxy proxy = new CuttingProxy(new HostPort("127.0.0.1", running.port()))) {
            PostgresServer far = connect(proxy.address());
            fill("old");
            proxy.cutAt(Integer.MAX_VALUE);
            assertThat(restore(archive, staging, far)).isTrue();
            int requests = proxy.requests();
            int failed = 0;
            for (int cut = 1; cut <= CUTS; cut++) {
                fill("old");
                proxy.cutAt(1 + (requests - 1) * cut / (CUTS + 1));
                failed += restore(archive, staging, far) ? 0 : 1;
                proxy.cutAt(Integer.MAX_VALUE);
                near.recover();
                check(cut);
            }
            assertThat(failed).as("restores that noticed").isGreaterThan(CUTS / 2);
            System.out.printf(
                    "figure: %d cuts of the line to PostgreSQL, %d restores failed by them%n",
                    CUTS, failed);
            assertThat(restore(archive, staging, far)).isTrue();
            assertThat(rows("cutpg_a", "SELECT w FROM s.t")).containsExactly("new");
        }
    }

    private void check(int cut) throws SQLException {
        assertThat(rows("cutpg_a", "SELECT w FROM s.t"))
                .as("cut %d", cut)
                .singleElement()
                .isIn("old", "new");
        assertThat(
                        rows(
                                "postgres",
                                "SELECT datname FROM pg_database WHERE datname ~ '^packhorse_'"))
                .as("cut %d", cut)
                .isEmpty();
        assertThat(rows("postgres", "SELECT rolname FROM pg_roles WHERE rolname ~ '^packhorse_'"))
                .as("cut %d", cut)
                .isEmpty();
    }

    private void fill(String word) throws SQLException {
        run("cutpg_a", "DELETE FROM s.t", "INSERT INTO s.t VALUES ('" + word + "')");
    }

    private static PostgresServer connect(HostPort address) throws IOException {
        return PostgresServer.probe(
                        PostgresSettings.of(
                                address.host(),
                                address.port(),
                                dev.packhorse.engine.jdbc.PostgresServer.USER,
                                new Secret(dev.packhorse.engine.jdbc.PostgresServer.PASSWORD)))
                .server()
                .orElseThrow();
    }

    private void run(String database, String... statements) throws SQLException {
        try (Connection connection = login(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> rows(String database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = login(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private Connection login(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + running.port() + "/" + database,
                dev.packhorse.engine.jdbc.PostgresServer.USER,
                dev.packhorse.engine.jdbc.PostgresServer.PASSWORD);
    }

    private HostServices services(PostgresServer server) {
        return new HostServices(
                new HostRoot(folder),
                new OneAccount(account()),
                "host.example",
                Optional.empty(),
                Optional.of(server));
    }

    private static Account account() {
        return new Account(
                new AccountName("cutpg"),
                1000,
                1000,
                "/home/cutpg",
                "/bin/bash",
                DomainSet.of("cutpg.example", "/home/cutpg"),
                false,
                new TreeMap<>());
    }

    /// @return whether it came to its end
    private boolean restore(MysqlFolder archive, Path staging, PostgresServer server) {
        ArchiveFacts facts =
                new ArchiveFacts(
                        new AccountName("cutpg"),
                        "cpmove-cutpg",
                        "",
                        0,
                        0,
                        0,
                        0,
                        false,
                        Set.of(),
                        List.of());
        try {
            component.restore(
                    new RestoreContext(
                            new AccountName("cutpg"),
                            facts,
                            services(server),
                            RestoreOptions.ALL,
                            false,
                            staging,
                            QuietLog.LOG,
                            Cancellation.never()),
                    archive);
            return true;
        } catch (ComponentException | IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }
}
