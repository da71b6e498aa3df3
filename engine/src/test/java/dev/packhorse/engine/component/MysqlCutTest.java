package dev.packhorse.engine.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The database server goes away in the middle of a restore, at one request after another: each
/// database is the old or the new one afterwards, nothing of ours stays, and the restore can be
/// made again.
class MysqlCutTest {
    /// How many points of the restore are tried; all of them if there are fewer.
    private static final int CUTS = Integer.getInteger("packhorse.cuts", 25);

    private static final Duration TO_NOTICE = Duration.ofSeconds(30);

    private final MysqlComponent component = new MysqlComponent();
    private final MariadbServer mariadb = MariadbServer.shared();

    @TempDir Path folder;

    @Test
    void eachDatabaseIsItsOldOrItsNewSelf() throws Exception {
        Path staging = Files.createDirectory(folder.resolve("staging"));
        MysqlFolder archive = new MysqlFolder(Files.createDirectory(folder.resolve("archive")));
        fill("new");
        pack(archive, staging);
        try (CuttingProxy proxy = new CuttingProxy(mariadb.address())) {
            MysqlServer far = MysqlServer.connect(mariadb.settingsAt(proxy.address()));
            fill("old");
            proxy.cutAt(Integer.MAX_VALUE);
            restore(archive, staging, far);
            int requests = proxy.requests();
            assertThat(requests).isGreaterThan(CUTS);
            int failed = 0;
            for (int cut = 1; cut <= CUTS; cut++) {
                fill("old");
                proxy.cutAt(1 + (requests - 1) * cut / (CUTS + 1));
                failed += restore(archive, staging, far) ? 0 : 1;
                proxy.cutAt(Integer.MAX_VALUE);
                check(cut);
            }
            assertThat(failed).as("restores that noticed").isGreaterThan(CUTS / 2);
            System.out.printf(
                    "figure: %d cuts of the line to MariaDB, %d restores failed by them%n",
                    CUTS, failed);
            assertThat(restore(archive, staging, far)).isTrue();
            assertThat(rows("one") + rows("two")).isEqualTo("newnew");
        }
    }

    /// The server sees that a client is gone when the statement ends that it is at.
    private void recover() throws IOException {
        long end = System.nanoTime() + TO_NOTICE.toNanos();
        do {
            mariadb.connect().recover();
        } while (!ours().isEmpty() && System.nanoTime() < end);
    }

    /// Databases and users that a restore makes for itself.
    private List<String> ours() throws IOException {
        return mariadb.rows(
                "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'packhorse-%'"
                        + " UNION SELECT User FROM mysql.user WHERE User LIKE 'packhorse-%'");
    }

    private void check(int cut) throws IOException {
        recover();
        assertThat(rows("one")).as("one, cut %d", cut).isIn("old", "new");
        assertThat(rows("two")).as("two, cut %d", cut).isIn("old", "new");
        assertThat(mariadb.rows("SELECT w FROM cut_one.v")).containsExactly(rows("one"));
        assertThat(ours()).as("cut %d", cut).isEmpty();
        assertThat(mariadb.logsIn("cut", "pass")).isTrue();
    }

    private String rows(String database) throws IOException {
        return String.join(",", mariadb.rows("SELECT w FROM cut_" + database + ".t"));
    }

    private void fill(String word) throws IOException {
        mariadb.run(
                "CREATE OR REPLACE USER cut@localhost IDENTIFIED BY 'pass'",
                "GRANT ALL ON `cut\\_%`.* TO cut@localhost");
        for (String database : List.of("cut_one", "cut_two")) {
            mariadb.run(
                    "CREATE OR REPLACE DATABASE " + database,
                    "CREATE TABLE " + database + ".t (w text)",
                    "INSERT INTO " + database + ".t VALUES ('" + word + "')",
                    "CREATE VIEW " + database + ".v AS SELECT w FROM " + database + ".t");
        }
    }

    private HostServices services(MysqlServer server) {
        return new HostServices(
                new HostRoot(folder),
                new OneAccount(account()),
                "host.example",
                Optional.of(server));
    }

    private static Account account() {
        return new Account(
                new AccountName("cut"),
                1000,
                1000,
                "/home/cut",
                "/bin/bash",
                DomainSet.of("cut.example", "/home/cut"),
                false,
                new TreeMap<>());
    }

    private void pack(MysqlFolder archive, Path staging) throws Exception {
        component.pack(
                new PackContext(
                        account(),
                        services(mariadb.connect()),
                        PackOptions.ALL,
                        staging,
                        QuietLog.LOG,
                        Cancellation.never()),
                archive);
    }

    /// @return whether it came to its end
    private boolean restore(MysqlFolder archive, Path staging, MysqlServer server) {
        ArchiveFacts facts =
                new ArchiveFacts(
                        new AccountName("cut"),
                        "cpmove-cut",
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
                            new AccountName("cut"),
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
            assertThat(e).hasMessageNotContaining("pass");
            return false;
        }
    }
}
