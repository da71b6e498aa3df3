package dev.packhorse.engine.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.postgres.PostgresRole;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.PostgresSettings;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Database users of suspended accounts, at a real MariaDB and a real PostgreSQL server.
class SuspendedDatabasesTest {
    private static final AccountName SUSAN = new AccountName("susan");
    private static final List<AccountName> NAMES = List.of(SUSAN, new AccountName("other"));
    private static final String RECORD = "var/cpanel/packhorse/suspended/susan.databases";

    private final MariadbServer mariadb = MariadbServer.shared();
    private final dev.packhorse.engine.jdbc.PostgresServer running =
            dev.packhorse.engine.jdbc.PostgresServer.running();

    @TempDir private Path folder;
    private PostgresServer postgres;

    private record Accounts(List<AccountName> names) implements AccountDirectory {
        @Override
        public String source() {
            return "list";
        }

        @Override
        public Optional<Account> find(AccountName name) {
            return Optional.empty();
        }
    }

    @BeforeEach
    void users() throws Exception {
        Files.createDirectories(folder.resolve("var/cpanel"));
        postgres = probe(running.port()).server().orElseThrow();
        mariadb.run(
                "CREATE USER 'susan'@'localhost' IDENTIFIED BY 'pw'",
                "CREATE USER 'susan_web'@'localhost' IDENTIFIED BY 'pw'",
                "CREATE USER 'susan_web'@'192.0.2.%' IDENTIFIED BY 'pw'",
                "CREATE USER 'susan_old'@'localhost' IDENTIFIED BY 'pw' ACCOUNT LOCK",
                "CREATE USER 'other_web'@'localhost' IDENTIFIED BY 'pw'");
        sql("CREATE ROLE susan_web LOGIN PASSWORD 'pw'");
        sql("CREATE ROLE susan_old NOLOGIN PASSWORD 'pw'");
        sql("CREATE ROLE other_web LOGIN PASSWORD 'pw'");
    }

    @AfterEach
    void dropUsers() throws Exception {
        mariadb.run(
                "DROP USER IF EXISTS 'susan'@'localhost', 'susan_web'@'localhost',"
                        + " 'susan_web'@'192.0.2.%', 'susan_old'@'localhost',"
                        + " 'other_web'@'localhost'");
        for (String role : List.of("susan_web", "susan_old", "other_web")) {
            sql("DROP ROLE IF EXISTS " + role);
        }
    }

    private static PostgresServer.Probe probe(int port) {
        return PostgresServer.probe(
                PostgresSettings.of(
                        "127.0.0.1",
                        port,
                        dev.packhorse.engine.jdbc.PostgresServer.USER,
                        new Secret(dev.packhorse.engine.jdbc.PostgresServer.PASSWORD)));
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection =
                        connect(
                                dev.packhorse.engine.jdbc.PostgresServer.USER,
                                dev.packhorse.engine.jdbc.PostgresServer.PASSWORD);
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + running.port() + "/postgres", user, password);
    }

    private boolean entersPostgres(String role) {
        try (Connection _ = connect(role, "pw")) {
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private long openMysqlUsers() throws IOException {
        return mariadb
                .rows("SELECT User, Priv FROM mysql.global_priv WHERE User LIKE 'susan%'")
                .stream()
                .filter(row -> !row.contains("\"account_locked\":true"))
                .count();
    }

    private SuspendedDatabases databases(
            Optional<MysqlServer> mysql, Optional<PostgresServer> postgresServer) {
        return new SuspendedDatabases(
                new HostServices(
                        new HostRoot(folder),
                        new Accounts(NAMES),
                        "host.example",
                        mysql,
                        postgresServer));
    }

    private SuspendedDatabases databases() throws IOException {
        return databases(Optional.of(mariadb.connect()), Optional.of(postgres));
    }

    private static Account susan() {
        return new Account(
                SUSAN,
                1_000,
                1_000,
                "/home/susan",
                "/bin/bash",
                DomainSet.of("susan.example", "/home/susan"),
                false,
                new TreeMap<>());
    }

    @Test
    void nobodyOfTheAccountLogsInUntilThoseAreLetInThatWereBefore() throws Exception {
        List<String> before =
                mariadb.rows("SELECT User, Host FROM mysql.user WHERE User <> 'root'");
        assertThat(mariadb.logsIn("susan_web", "pw")).isTrue();
        assertThat(entersPostgres("susan_web")).isTrue();

        assertThat(databases().lock(susan())).isEmpty();
        assertThat(openMysqlUsers()).isZero();
        assertThat(lockedOut("susan_web")).isTrue();
        assertThat(entersPostgres("susan_web")).isFalse();
        assertThat(mariadb.logsIn("other_web", "pw")).as("others").isTrue();
        assertThat(entersPostgres("other_web")).as("others").isTrue();
        // Once more: those that are locked now were not locked before.
        assertThat(databases().lock(susan())).isEmpty();

        databases().unlock(susan());
        assertThat(mariadb.logsIn("susan_web", "pw")).isTrue();
        assertThat(openMysqlUsers()).isEqualTo(3);
        assertThat(lockedOut("susan_old")).isTrue();
        assertThat(entersPostgres("susan_web")).isTrue();
        assertThat(entersPostgres("susan_old")).isFalse();
        assertThat(folder.resolve(RECORD)).doesNotExist();
        assertThat(mariadb.rows("SELECT User, Host FROM mysql.user WHERE User <> 'root'"))
                .isEqualTo(before);
    }

    /// A locked user is refused with a code of its own.
    private boolean lockedOut(String user) {
        try {
            return !mariadb.logsIn(user, "pw");
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage()).contains("4151");
        }
    }

    @Test
    void aKillAfterTheNoteOrAmidTheUnlockingIsFinishedByTheNextCall() throws Exception {
        databases().lock(susan());
        String note = Files.readString(folder.resolve(RECORD));
        databases().unlock(susan());

        // Noted, nothing locked.
        Files.createDirectories(folder.resolve(RECORD).getParent());
        Files.writeString(folder.resolve(RECORD), note);
        databases().lock(susan());
        assertThat(openMysqlUsers()).isZero();
        assertThat(Files.readString(folder.resolve(RECORD))).isEqualTo(note);

        // One is unlocked already.
        mariadb.run("ALTER USER 'susan'@'localhost' ACCOUNT UNLOCK");
        databases().unlock(susan());
        assertThat(openMysqlUsers()).isEqualTo(3);
        assertThat(entersPostgres("susan_web")).isTrue();
    }

    @Test
    void usersThatWentMeanwhileAreNoHindrance() throws Exception {
        databases().lock(susan());
        mariadb.run("DROP USER 'susan_web'@'192.0.2.%'");
        sql("DROP ROLE susan_web");
        databases().unlock(susan());
        assertThat(mariadb.logsIn("susan_web", "pw")).isTrue();
    }

    @Test
    void aServerThatIsAwayIsToldAndKeepsTheNoteOfWhatItHasLocked() throws Exception {
        databases().lock(susan());
        assertThatThrownBy(() -> databases(Optional.empty(), Optional.of(postgres)).unlock(susan()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("MySQL, whose users were locked, is not there");
        assertThat(folder.resolve(RECORD)).isNotEmptyFile();
        databases().unlock(susan());
        assertThat(mariadb.logsIn("susan_web", "pw")).isTrue();
    }

    @Test
    void rolesThatASuspensionLockedArePackedAsTheyWereBefore() throws Exception {
        databases().lock(susan());
        DatabaseOwnership ownership = DatabaseOwnership.of(SUSAN, NAMES);
        assertThat(postgres.roles(ownership)).noneMatch(PostgresRole::login);
        Path archive = Files.createDirectory(folder.resolve("archive"));
        new PostgresComponent()
                .pack(
                        new PackContext(
                                susan(),
                                new HostServices(
                                        new HostRoot(folder),
                                        new Accounts(NAMES),
                                        "host.example",
                                        Optional.empty(),
                                        Optional.of(postgres)),
                                PackOptions.ALL,
                                Files.createDirectory(folder.resolve("staging")),
                                QuietLog.LOG,
                                dev.packhorse.transport.spi.Cancellation.never()),
                        new MysqlFolder(archive));
        String roles = Files.readString(archive.resolve("psql_users.sql"));
        assertThat(roles.lines().filter(line -> line.contains("susan_web")))
                .anyMatch(line -> line.contains(" LOGIN"));
        assertThat(roles.lines().filter(line -> line.contains("susan_old")))
                .noneMatch(line -> line.contains(" LOGIN"));
    }
}
