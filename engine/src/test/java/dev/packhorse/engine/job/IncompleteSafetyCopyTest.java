package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.jdbc.PostgresServer;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.posix.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Databases that a safety copy cannot hold, of those that a restore would replace and of others.
/// Needs root, for files of other users.
class IncompleteSafetyCopyTest {
    private static final List<String> DATABASES = List.of("NAME_safe", "NAME_other");

    @TempDir Path folder;

    private final AccountDatabases databases =
            new AccountDatabases(MariadbServer.shared(), PostgresServer.running());
    private RestoreServer server;

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server =
                RestoreServer.demo(
                        folder,
                        DemoServer.HOSTNAME,
                        Optional.empty(),
                        Optional.of(databases.connectPostgres()));
        packPostgres("1");
        forget();
        make("bob");
        server.backUp("bob");
    }

    private void packPostgres(String whether) throws Exception {
        new BackupConfigFile(server.root.resolve("/backup.conf"))
                .update(Map.of(ConfigKey.PSQLBACKUP, whether));
    }

    private void make(String user) throws SQLException {
        databases.runPostgres("postgres", user, "CREATE ROLE NAME");
        for (String database : DATABASES) {
            databases.runPostgres("postgres", user, "CREATE DATABASE " + database + " OWNER NAME");
            databases.runPostgres(database, user, "SET ROLE NAME", "CREATE TABLE t (a int)");
        }
    }

    @AfterEach
    void forget() throws Exception {
        for (String user : List.of("bob", "alice")) {
            for (String database : DATABASES) {
                databases.runPostgres(
                        "postgres", user, "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
            }
            databases.runPostgres("postgres", user, "DROP ROLE IF EXISTS NAME");
        }
    }

    /// From now on it has a row and cannot be dumped.
    private void hide(String database, String user) throws SQLException {
        databases.runPostgres(
                database,
                user,
                "SET ROLE NAME",
                "INSERT INTO t VALUES (4711)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE t FORCE ROW LEVEL SECURITY");
    }

    @Test
    void aDatabaseThatIsInNoSafetyCopyIsNotReplaced() throws Exception {
        hide("NAME_safe", "bob");
        List<String> before = server.census();

        RestoreResult refused = server.restore(RestoreServer.whole("bob"));

        assertThat(refused.message())
                .startsWith("no safety copy could be taken, so nothing was changed: Postgres")
                .contains("bob_safe")
                .endsWith("do without (restore.safety_copy: off)");
        assertThat(refused.modules()).isEmpty();
        assertThat(server.safety.names(new AccountName("bob"))).isEmpty();
        assertThat(RestoreServer.differences(before, server.census())).isEmpty();
        assertThat(databases.postgresDump("bob_safe")).contains("4711");
    }

    @Test
    void aDatabaseThatIsReplacedUnderAnotherNameIsNotEither() throws Exception {
        make("alice");
        hide("NAME_safe", "alice");

        RestoreResult refused =
                server.restore(
                        RestoreServer.whole("bob")
                                .under(
                                        new AccountName("alice"),
                                        RestoredAs.ITSELF.of(new AccountName("bob"))));

        assertThat(refused.message())
                .startsWith("no safety copy could be taken, so nothing was changed: Postgres")
                .contains("alice_safe");
        assertThat(databases.postgresDump("alice_safe")).contains("4711");
    }

    /// A dump is made of it, and no restore would load that.
    @Test
    void aDatabaseWhoseDumpWouldBeRefusedIsNotReplacedEither() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        server.close();
        server =
                RestoreServer.demo(
                        Files.createDirectory(folder.resolve("second")),
                        DemoServer.HOSTNAME,
                        Optional.of(mariadb.connect()),
                        Optional.empty());
        mariadb.run("CREATE DATABASE bob_safe", "CREATE TABLE bob_safe.t (a int)");
        try {
            server.backUp("bob");
            mariadb.run(
                    "INSERT INTO bob_safe.t VALUES (4711)",
                    "CREATE PROCEDURE bob_safe.report() SELECT 1 INTO OUTFILE '/tmp/report'");

            RestoreResult refused = server.restore(RestoreServer.whole("bob"));

            assertThat(refused.message())
                    .startsWith("no safety copy could be taken, so nothing was changed: Mysql")
                    .contains("database bob_safe will not restore as it is", "OUTFILE")
                    .endsWith("do without (restore.safety_copy: off)");
            assertThat(server.safety.names(new AccountName("bob"))).isEmpty();
            assertThat(mariadb.rows("SELECT a FROM bob_safe.t")).containsExactly("4711");

            server.backUp("bob");
            assertThat(server.lastBackupWarnings())
                    .anyMatch(each -> each.contains("bob_safe will not restore as it is"));
        } finally {
            mariadb.run("DROP DATABASE bob_safe");
        }
    }

    @Test
    void theRestoreOfADatabaseIsNotHeldUpByAnotherOne() throws Exception {
        hide("NAME_safe", "bob");
        databases.runPostgres("NAME_other", "bob", "INSERT INTO t VALUES (815)");

        RestoreResult done =
                server.restore(
                        RestoreServer.whole("bob")
                                .within(
                                        new RestoreScope(
                                                false,
                                                Map.of(),
                                                List.of("database:bob_other"),
                                                "",
                                                false)));

        assertThat(done.modules()).as(done.toString()).containsEntry("Postgres", "done");
        assertThat(server.safety.names(new AccountName("bob"))).hasSize(1);
        assertThat(server.lastLog()).contains("bob_safe could not be dumped");
        assertThat(databases.postgresDump("bob_other")).doesNotContain("815");
        assertThat(databases.postgresDump("bob_safe")).contains("4711");
    }

    /// As archives are where PostgreSQL is not packed.
    @Test
    void anArchiveWithoutDumpsIsRestoredWhateverCannotBeDumped() throws Exception {
        packPostgres("0");
        server.backUp("bob");
        hide("NAME_safe", "bob");
        hide("NAME_other", "bob");

        RestoreResult done = server.restore(RestoreServer.whole("bob"));

        assertThat(done.modules())
                .as(done.toString())
                .containsEntry("Homedir", "done")
                .doesNotContainValue("failed");
        assertThat(server.safety.names(new AccountName("bob"))).hasSize(1);
        assertThat(databases.postgresDump("bob_safe")).contains("4711");
        assertThat(databases.postgresDump("bob_other")).contains("4711");
    }
}
