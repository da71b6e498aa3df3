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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database that a restore would replace and its safety copy cannot hold. Needs root, for files
/// of other users.
class IncompleteSafetyCopyTest {
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
        new BackupConfigFile(server.root.resolve("/backup.conf"))
                .update(Map.of(ConfigKey.PSQLBACKUP, "1"));
        forget();
        databases.runPostgres(
                "postgres", "bob", "CREATE ROLE NAME", "CREATE DATABASE NAME_safe OWNER NAME");
        databases.runPostgres("NAME_safe", "bob", "SET ROLE NAME", "CREATE TABLE t (a int)");
        server.backUp("bob");
    }

    @AfterEach
    void forget() throws Exception {
        databases.runPostgres("postgres", "bob", "DROP DATABASE IF EXISTS NAME_safe WITH (FORCE)");
        databases.runPostgres("postgres", "bob", "DROP ROLE IF EXISTS NAME");
    }

    @Test
    void aDatabaseThatIsInNoSafetyCopyIsNotReplaced() throws Exception {
        databases.runPostgres(
                "NAME_safe",
                "bob",
                "SET ROLE NAME",
                "INSERT INTO t VALUES (4711)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE t FORCE ROW LEVEL SECURITY");
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
}
