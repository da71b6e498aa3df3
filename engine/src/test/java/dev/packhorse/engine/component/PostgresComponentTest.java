package dev.packhorse.engine.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.postgres.DatabaseRule;
import dev.packhorse.engine.postgres.PostgresLoad;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.PostgresSettings;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each test has an account of its own on one real server.
class PostgresComponentTest {
    private final dev.packhorse.engine.jdbc.PostgresServer running =
            dev.packhorse.engine.jdbc.PostgresServer.running();
    private final PostgresComponent component = new PostgresComponent();

    @TempDir private Path folder;
    private Path staging;
    private MysqlFolder archive;
    private PostgresServer server;

    @BeforeEach
    void connect() throws IOException {
        staging = Files.createDirectory(folder.resolve("staging"));
        archive = new MysqlFolder(Files.createDirectory(folder.resolve("archive")));
        PostgresServer.Probe probe =
                PostgresServer.probe(
                        PostgresSettings.of(
                                "127.0.0.1",
                                running.port(),
                                dev.packhorse.engine.jdbc.PostgresServer.USER,
                                new Secret(dev.packhorse.engine.jdbc.PostgresServer.PASSWORD)));
        assertThat(probe.reason()).isEmpty();
        server = probe.server().orElseThrow();
    }

    @AfterEach
    void nothingOfOursIsLeft() throws Exception {
        assertThat(rows("SELECT datname FROM pg_database WHERE datname LIKE 'packhorse\\_%'"))
                .isEmpty();
        assertThat(rows("SELECT rolname FROM pg_roles WHERE rolname LIKE 'packhorse\\_%'"))
                .isEmpty();
        assertThat(staging).isEmptyDirectory();
    }

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

    private record Silent() implements SessionLog {
        @Override
        public void line(String text) {}

        @Override
        public void begin(String text) {}

        @Override
        public void done(String text) {}

        @Override
        public void warn(String text) {}

        @Override
        public SessionLog indented() {
            return this;
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + running.port() + "/" + database;
    }

    private void run(String database, String... statements) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                url(database),
                                dev.packhorse.engine.jdbc.PostgresServer.USER,
                                dev.packhorse.engine.jdbc.PostgresServer.PASSWORD);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> rows(String sql) throws SQLException {
        return rows(
                "postgres",
                dev.packhorse.engine.jdbc.PostgresServer.USER,
                dev.packhorse.engine.jdbc.PostgresServer.PASSWORD,
                sql);
    }

    private List<String> rows(String database, String user, String password, String sql)
            throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url(database), user, password);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private HostServices services(String... accounts) {
        return services(Optional.of(server), accounts);
    }

    private HostServices services(Optional<PostgresServer> postgres, String... accounts) {
        return new HostServices(
                new HostRoot(folder),
                new Accounts(List.of(accounts).stream().map(AccountName::new).toList()),
                "host.example",
                Optional.empty(),
                postgres);
    }

    private PackReport pack(String account, HostServices services)
            throws ComponentException, IOException {
        return pack(account, services, PackOptions.ALL);
    }

    private PackReport pack(String account, HostServices services, PackOptions options)
            throws ComponentException, IOException {
        Account packed =
                new Account(
                        new AccountName(account),
                        1000,
                        1000,
                        "/home/" + account,
                        "/bin/bash",
                        DomainSet.of(account + ".example", "/home/" + account),
                        false,
                        new TreeMap<>());
        return component.pack(
                new PackContext(
                        packed, services, options, staging, new Silent(), Cancellation.never()),
                archive);
    }

    private RestoreReport restore(String account, HostServices services)
            throws ComponentException, IOException {
        return component.restore(context(account, services), archive);
    }

    private RestoreContext context(String account, HostServices services) {
        return context(account, account, services);
    }

    private RestoreContext context(String packedAs, String account, HostServices services) {
        ArchiveFacts facts =
                new ArchiveFacts(
                        new AccountName(packedAs),
                        "cpmove-" + packedAs,
                        "",
                        0,
                        0,
                        0,
                        0,
                        false,
                        Set.of(),
                        List.of());
        return context(facts, account, services, false);
    }

    private RestoreContext context(
            ArchiveFacts facts, String account, HostServices services, boolean restricted) {
        return new RestoreContext(
                new AccountName(account),
                facts,
                services,
                RestoreOptions.ALL,
                restricted,
                staging,
                new Silent(),
                Cancellation.never());
    }

    private void makeAccount(String account) throws SQLException {
        run(
                "postgres",
                "CREATE ROLE " + account + " LOGIN PASSWORD 'main pass'",
                "CREATE ROLE " + account + "_app LOGIN PASSWORD 'app pass'",
                "CREATE DATABASE " + account + "_shop OWNER " + account,
                "GRANT ALL ON DATABASE " + account + "_shop TO " + account + "_app");
        run(
                account + "_shop",
                "SET ROLE " + account,
                "CREATE TABLE public.mules (id serial PRIMARY KEY, name text UNIQUE)",
                "INSERT INTO mules (name) VALUES ('Jenny'), ('é;\\ ')",
                "CREATE VIEW loud AS SELECT upper(name) FROM mules",
                "CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT 2*i'",
                "CREATE SCHEMA more",
                "CREATE TABLE more.empty (a int)",
                "SELECT lo_from_bytea(4711, 'large')",
                "GRANT SELECT ON mules TO " + account + "_app");
    }

    private void wipe(String account) throws SQLException {
        run(
                "postgres",
                "DROP DATABASE " + account + "_shop WITH (FORCE)",
                "DROP ROLE " + account,
                "DROP ROLE " + account + "_app");
    }

    @Test
    void packWipeRestoreIsEqualAndRolesLogInWithTheirOldPasswords() throws Exception {
        makeAccount("trip");
        HostServices services = services("trip", "other");
        assertThat(pack("trip", services).counts())
                .isEqualTo(Map.of("databases", 1L, "tables", 2L, "users", 2L));
        assertThat(archive.text("psql_users.sql").orElse("")).contains("SCRAM-SHA-256$");
        wipe("trip");

        RestoreReport report = restore("trip", services);

        assertThat(report.skipped()).isEmpty();
        assertThat(report.counts()).isEqualTo(Map.of("databases", 1L, "tables", 2L, "users", 2L));
        assertThat(rows("trip_shop", "trip", "main pass", "SELECT name FROM mules ORDER BY id"))
                .containsExactly("Jenny", "é;\\ ");
        assertThat(rows("trip_shop", "trip", "main pass", "SELECT * FROM loud")).contains("JENNY");
        assertThat(rows("trip_shop", "trip", "main pass", "SELECT twice(21)"))
                .containsExactly("42");
        assertThat(rows("trip_shop", "trip", "main pass", "SELECT lo_get(4711)")).hasSize(1);
        assertThat(rows("trip_shop", "trip_app", "app pass", "SELECT name FROM mules")).hasSize(2);
        assertThatThrownBy(
                        () -> rows("trip_shop", "trip_app", "app pass", "SELECT * FROM more.empty"))
                .hasMessageContaining("permission denied");
        run("trip_shop", "SET ROLE trip", "INSERT INTO mules (name) VALUES ('third')");
    }

    @Test
    void aDumpOfAStrangerIsNotLoaded() throws Exception {
        makeAccount("stranger");
        HostServices services = services("stranger");
        pack("stranger", services);
        wipe("stranger");
        ArchiveFacts facts = context("stranger", services).facts();
        RestoreContext restricted = context(facts, "stranger", services, true);

        assertThatThrownBy(() -> component.restore(restricted, archive))
                .hasMessageContaining("unknown origin");
        assertThatThrownBy(() -> component.rehearse(restricted, services, archive))
                .hasMessageContaining("unknown origin");

        assertThat(rows("SELECT datname FROM pg_database WHERE datname LIKE 'stranger%'"))
                .isEmpty();
        assertThat(rows("SELECT rolname FROM pg_roles WHERE rolname LIKE 'stranger%'")).isEmpty();
    }

    @Test
    void aRoleWithoutAPasswordIsPacked() throws Exception {
        run("postgres", "CREATE ROLE bare LOGIN", "CREATE ROLE bare_group NOLOGIN");

        assertThat(pack("bare", services("bare")).counts()).containsEntry("users", 2L);

        assertThat(archive.text("psql_users.sql").orElse(""))
                .contains("CREATE ROLE \"bare\" WITH LOGIN;", "\"bare_group\" WITH NOLOGIN;");
    }

    @Test
    void rightsOnDatabasesAndBetweenRolesComeBackAsTheyWereAndNoMore() throws Exception {
        makeAccount("close");
        run(
                "postgres",
                "REVOKE ALL ON DATABASE close_shop FROM PUBLIC",
                "GRANT TEMPORARY ON DATABASE close_shop TO PUBLIC",
                "REVOKE ALL ON DATABASE close_shop FROM close_app",
                "GRANT CONNECT ON DATABASE close_shop TO close_app",
                "GRANT close_app TO close");
        HostServices services = services("close");
        List<String> before = rights("close");
        pack("close", services);
        wipe("close");

        RestoreReport report = restore("close", services);

        assertThat(report.skipped()).isEmpty();
        assertThat(rights("close")).isEqualTo(before);
        assertThat(before)
                .contains("close_app may CONNECT", "everybody may TEMPORARY", "close is close_app")
                .doesNotContain("everybody may CONNECT");
    }

    private List<String> rights(String account) throws SQLException {
        return rows(
                """
                SELECT coalesce(nullif(a.grantee, 0)::regrole::text, 'everybody') || ' may '
                  || a.privilege_type FROM pg_database, aclexplode(datacl) a
                  WHERE datname = 'ACCOUNT_shop'
                UNION SELECT member::regrole::text || ' is ' || roleid::regrole::text
                  FROM pg_auth_members WHERE member::regrole::text = 'ACCOUNT' ORDER BY 1\
                """
                        .replace("ACCOUNT", account));
    }

    @Test
    void rolesOfOthersGetAndGiveNoRights() throws Exception {
        makeAccount("closed");
        makeAccount("near");
        HostServices services = services("closed", "near");
        pack("closed", services);
        Files.writeString(
                archive.path("psql_grants.sql"),
                """
                GRANT "near" TO "closed";
                GRANT "closed" TO "near_app";
                GRANT CONNECT ON DATABASE "near_shop" TO "closed";
                REVOKE CONNECT ON DATABASE "near_shop" FROM PUBLIC;
                GRANT SUPER ON DATABASE "closed_shop" TO "closed_app";
                """);
        List<String> near = rights("near");

        RestoreReport report = restore("closed", services);

        assertThat(report.skipped())
                .hasSize(5)
                .anyMatch(each -> each.startsWith("rights of role near for closed"))
                .anyMatch(each -> each.startsWith("rights of role closed for near_app"))
                .anyMatch(each -> each.contains("GRANT SUPER"));
        assertThat(rights("near")).isEqualTo(near);
        assertThat(rights("closed")).noneMatch(each -> each.contains("near"));
    }

    /// As a single database comes back: the archive's roles are not shown.
    @Test
    void withoutRolesInTheArchiveThoseOfTheServerKeepPasswordsAndRights() throws Exception {
        makeAccount("alone");
        HostServices services = services("alone");
        pack("alone", services);
        Files.delete(archive.path("psql_users.sql"));
        Files.delete(archive.path("psql_grants.sql"));
        run(
                "postgres",
                "ALTER ROLE alone_app PASSWORD 'newer pass'",
                "ALTER DATABASE alone_shop OWNER TO alone_app",
                "GRANT ALL ON DATABASE alone_shop TO alone");
        run("alone_shop", "INSERT INTO public.mules (name) VALUES ('later')");

        RestoreReport report = restore("alone", services);

        assertThat(report.skipped()).isEmpty();
        assertThat(rows("alone_shop", "alone_app", "newer pass", "SELECT name FROM mules"))
                .hasSize(2);
        assertThat(
                        rows(
                                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'alone_shop'"))
                .containsExactly("alone_app");
        assertThat(rows("SELECT has_database_privilege('alone', 'alone_shop', 'CREATE')::text"))
                .containsExactly("true");
    }

    private List<String> settings(String database) throws SQLException {
        return rows(
                "SELECT coalesce(r.rolname, '') || ' ' || c FROM pg_db_role_setting s"
                        + " JOIN pg_database d ON d.oid = s.setdatabase"
                        + " LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c"
                        + " WHERE d.datname = '"
                        + database
                        + "' ORDER BY 1");
    }

    /// Without its path of names an application finds none of its tables.
    @Test
    void settingsOfADatabaseComeBackOverItAndOnAnEmptyServer() throws Exception {
        makeAccount("set");
        run(
                "postgres",
                "ALTER DATABASE set_shop SET search_path = app, \"$user\", \"A b\"\"c, d\"",
                "ALTER DATABASE set_shop SET datestyle = 'German, DMY'",
                "ALTER DATABASE set_shop SET application_name = 'it''s; \\ here'",
                "ALTER ROLE set_app IN DATABASE set_shop SET statement_timeout = '7s'",
                "ALTER ROLE set_app IN DATABASE set_shop SET search_path = ''");
        List<String> packed = settings("set_shop");
        assertThat(packed).hasSize(5).contains(" search_path=app, \"$user\", \"A b\"\"c, d\"");
        // of the administrator alone, and so in no archive
        run("postgres", "ALTER DATABASE set_shop SET log_min_duration_statement = 5000");
        List<String> here = settings("set_shop");
        HostServices services = services("set");
        assertThat(pack("set", services).warnings()).isEmpty();

        assertThat(restore("set", services).skipped()).isEmpty();
        assertThat(settings("set_shop")).isEqualTo(here);

        run("postgres", "ALTER DATABASE set_shop SET datestyle = 'ISO'");
        assertThat(restore("set", services).skipped()).isEmpty();
        assertThat(settings("set_shop")).isEqualTo(here);

        wipe("set");
        assertThat(restore("set", services).skipped()).isEmpty();
        assertThat(settings("set_shop")).isEqualTo(packed);
    }

    @Test
    void anArchiveWithoutSettingsLeavesThoseThatAreHere() throws Exception {
        makeAccount("unset");
        HostServices services = services("unset");
        pack("unset", services);
        run("postgres", "ALTER DATABASE unset_shop SET search_path = app, public");

        assertThat(restore("unset", services).skipped()).isEmpty();

        assertThat(settings("unset_shop")).containsExactly(" search_path=app, public");
    }

    /// Whoever owns a database sets what it likes there.
    @Test
    void aSettingThatIsTooLongOrNoTextCostsNobodyABackup() throws Exception {
        makeAccount("loudly");
        makeAccount("quietly");
        run(
                "postgres",
                "ALTER DATABASE quietly_shop SET search_path = app",
                "ALTER DATABASE loudly_shop SET search_path = app",
                "DO $$ BEGIN EXECUTE 'ALTER DATABASE loudly_shop SET app.long = '"
                        + " || quote_literal(repeat('x', 34000000)); END $$",
                "CREATE DATABASE loudly_bytes TEMPLATE template0 ENCODING 'SQL_ASCII'"
                        + " LC_COLLATE 'C' LC_CTYPE 'C'");
        run(
                "loudly_bytes",
                "DO $$ BEGIN EXECUTE 'ALTER DATABASE loudly_bytes SET app.odd = '"
                        + " || quote_literal(chr(233) || 'x'); END $$");
        try {
            assertThat(pack("quietly", services("loudly", "quietly")).warnings()).isEmpty();
            assertThat(Files.readString(archive.path("psql_grants.sql")))
                    .contains("\"quietly_shop\" SET \"search_path\"");

            List<String> leftOut = new ArrayList<>();
            assertThat(
                            server.rules(
                                    DatabaseOwnership.of(new AccountName("loudly"), List.of()),
                                    leftOut::add))
                    .filteredOn(DatabaseRule.Setting.class::isInstance)
                    .containsExactly(
                            new DatabaseRule.Setting(
                                    "loudly_shop", "", "search_path", List.of("app")));
            assertThat(leftOut)
                    .hasSize(2)
                    .anyMatch(each -> each.contains("app.long of database loudly_shop"))
                    .anyMatch(each -> each.contains("app.odd of database loudly_bytes"));
        } finally {
            run("postgres", "DROP DATABASE loudly_bytes");
            wipe("loudly");
            wipe("quietly");
        }
    }

    /// What the account's own roles may not set, and what is not theirs.
    @Test
    void settingsThatGoFurtherThanTheAccountAreRefusedByName() throws Exception {
        makeAccount("far");
        makeAccount("victim");
        HostServices services = services("far", "victim");
        pack("far", services);
        Files.writeString(
                archive.path("psql_grants.sql"),
                """
                ALTER DATABASE "far_shop" SET "search_path" TO 'app';
                ALTER DATABASE "far_shop" SET "session_preload_libraries" TO 'evil';
                ALTER DATABASE "far_shop" SET "local_preload_libraries" TO 'evil';
                ALTER DATABASE "far_shop" SET "role" TO 'victim';
                ALTER DATABASE "far_shop" SET "log_statement" TO 'none';
                ALTER DATABASE "far_shop" SET "zero_damaged_pages" TO 'on';
                ALTER DATABASE "victim_shop" SET "search_path" TO 'evil';
                ALTER ROLE "victim" IN DATABASE "far_shop" SET "search_path" TO 'evil';
                ALTER DATABASE "far_shop" SET "work_mem" TO '64kB'; DROP ROLE victim;
                """,
                StandardOpenOption.APPEND);

        RestoreReport report = restore("far", services);

        assertThat(settings("far_shop")).containsExactly(" search_path=app");
        assertThat(settings("victim_shop")).isEmpty();
        assertThat(report.skipped())
                .hasSize(8)
                .anyMatch(each -> each.contains("session_preload_libraries"))
                .anyMatch(each -> each.contains("local_preload_libraries"))
                .anyMatch(each -> each.contains("its setting of role "))
                .anyMatch(each -> each.contains("log_statement"))
                .anyMatch(each -> each.contains("zero_damaged_pages"))
                .anyMatch(each -> each.contains("victim_shop"))
                .anyMatch(each -> each.contains("ALTER DATABASE"));
    }

    /// Roles of the old name may be somebody else's here, so no right on an object goes to them.
    @Test
    void anotherAccountNameGetsItsOwnDatabasesAndRoles() throws Exception {
        makeAccount("first");
        run(
                "postgres",
                "CREATE ROLE first_old LOGIN PASSWORD 'md5" + "0".repeat(32) + "'",
                "GRANT ALL ON DATABASE first_shop TO first_old");
        HostServices services = services("first", "second");
        pack("first", services);

        RestoreReport report = component.restore(context("first", "second", services), archive);

        assertThat(report.counts()).containsEntry("databases", 1L).containsEntry("users", 3L);
        assertThat(rows("second_shop", "second", "main pass", "SELECT name FROM mules")).hasSize(2);
        assertThat(rows("second_shop", "second_app", "app pass", "SELECT 1")).hasSize(1);
        assertThatThrownBy(() ->
                        rows("second_shop", "first_app", "app pass", "SELECT name FROM mules"))
                .hasMessageContaining("permission denied");
        assertThat(report.skipped())
                .anyMatch(line -> line.contains("role second_old: its md5 password"))
                .anyMatch(line -> line.contains("rights on single objects name roles"));
        assertThat(report.altered())
                .containsExactly(
                        "database first_shop is second_shop here; programs that name it, or its users, must be told");
        assertThat(rows("first_shop", "first_app", "app pass", "SELECT name FROM mules"))
                .hasSize(2);
    }

    @Test
    void allOfAnAccountIsDroppedEvenWhileSomebodyIsConnected() throws Exception {
        makeAccount("gone");
        run("postgres", "CREATE DATABASE gone_two_b", "CREATE ROLE gone_two LOGIN");
        DatabaseOwnership ownership =
                DatabaseOwnership.of(
                        new AccountName("gone"),
                        List.of(new AccountName("gone"), new AccountName("gone_two")));
        try (Connection held =
                DriverManager.getConnection(
                        url("gone_shop"),
                        dev.packhorse.engine.jdbc.PostgresServer.USER,
                        dev.packhorse.engine.jdbc.PostgresServer.PASSWORD)) {
            assertThat(server.dropAll(ownership)).isEqualTo(1);
            assertThat(held.isValid(1)).isFalse();
        }
        assertThat(server.dropAll(ownership)).isZero();

        assertThat(rows("SELECT datname FROM pg_database WHERE datname LIKE 'gone%'"))
                .containsExactly("gone_two_b");
        assertThat(rows("SELECT rolname FROM pg_roles WHERE rolname LIKE 'gone%'"))
                .containsExactly("gone_two");
        run("postgres", "DROP DATABASE gone_two_b", "DROP ROLE gone_two");
    }

    @Test
    void aRehearsalSaysWhatWouldComeAndChangesNothing() throws Exception {
        makeAccount("plan");
        HostServices live = services("plan");
        pack("plan", live);
        RestoreContext bare = context("plan", services(Optional.empty(), "plan"));
        assertThat(component.rehearse(bare, live, archive).replaces().first())
                .containsExactly("PostgreSQL database plan_shop");

        wipe("plan");
        assertThat(component.rehearse(bare, live, archive).creates().first())
                .containsExactly("PostgreSQL database plan_shop");
        assertThat(server.databases(DatabaseOwnership.of(new AccountName("plan"), List.of())))
                .isEmpty();
        assertThat(rows("SELECT rolname FROM pg_roles WHERE rolname LIKE 'plan%'")).isEmpty();
    }

    @Test
    void whatIsThereGivesWayOnlyToAWholeOne() throws Exception {
        makeAccount("keep");
        HostServices services = services("keep");
        pack("keep", services);
        run("keep_shop", "INSERT INTO mules (name) VALUES ('since then')");

        Path dump = archive.file("psql/keep_shop.tar").orElseThrow();
        byte[] whole = Files.readAllBytes(dump);
        Files.write(dump, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> restore("keep", services))
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("keep_shop");
        assertThat(rows("keep_shop", "keep", "main pass", "SELECT name FROM mules")).hasSize(3);

        Files.write(dump, whole);
        restore("keep", services);
        assertThat(rows("keep_shop", "keep", "main pass", "SELECT name FROM mules")).hasSize(2);
    }

    @Test
    void aDumpCannotReachBeyondItsDatabase() throws Exception {
        makeAccount("evil");
        run(
                "evil_shop",
                "CREATE FUNCTION reach(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_read_file('PG_VERSION'); RETURN 1; END $$",
                "CREATE TABLE trap (a int)",
                "INSERT INTO trap VALUES (7)",
                "CREATE INDEX ON trap (reach(a))",
                "ALTER FUNCTION reach(int) OWNER TO evil",
                "ALTER TABLE trap OWNER TO evil");
        HostServices services = services("evil");
        pack("evil", services);
        assertThatThrownBy(() -> restore("evil", services))
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("pg_read_file");
        assertThat(rows("evil_shop", "evil", "main pass", "SELECT a FROM trap"))
                .containsExactly("7");
    }

    @Test
    void rolesAndDatabasesOfOthersAreLeftAlone() throws Exception {
        makeAccount("mine");
        makeAccount("mine_app2");
        HostServices services = services("mine", "mine_app2");
        pack("mine", services);
        String users = archive.text("psql_users.sql").orElseThrow();
        Files.writeString(
                archive.file("psql_users.sql").orElseThrow(),
                users
                        + "CREATE ROLE \"packhorse\" WITH LOGIN PASSWORD 'md5"
                        + "0".repeat(32)
                        + "';\nCREATE ROLE \"mine_x\" WITH SUPERUSER;\nDROP DATABASE postgres;\n\\! touch /tmp/x\n");
        Files.copy(
                archive.file("psql/mine_shop.tar").orElseThrow(),
                archive.path("psql/mine_app2_shop.tar"));
        run("mine_app2_shop", "INSERT INTO public.mules (name) VALUES ('third')");
        RestoreReport report = restore("mine", services);
        assertThat(report.outcome()).isEqualTo(RestoreReport.Outcome.WARNINGS);
        assertThat(rows("mine_app2_shop", "mine_app2", "main pass", "SELECT name FROM mules"))
                .hasSize(3);
        assertThat(report.skipped())
                .anyMatch(each -> each.contains("mine_app2_shop is not a database of mine"))
                .anyMatch(each -> each.contains("role packhorse is not a role of mine"))
                .anyMatch(each -> each.contains("CREATE ROLE"))
                .anyMatch(each -> each.contains("DROP DATABASE"))
                .hasSize(5);
        assertThat(rows("SELECT rolname FROM pg_roles WHERE rolname = 'mine_x'")).isEmpty();
        assertThat(rows("SELECT 1")).containsExactly("1");
    }

    @Test
    void withoutAServerItSaysSo() throws Exception {
        makeAccount("gone");
        pack("gone", services("gone"));
        HostServices bare = services(Optional.empty(), "gone");
        assertThat(restore("gone", bare).outcome()).isEqualTo(RestoreReport.Outcome.ABSENT_SERVICE);
        assertThat(pack("gone", bare)).isEqualTo(PackReport.EMPTY);
    }

    @Test
    void whereSomethingSpeaksForAServerItsAbsenceIsNoBackupWithoutDatabases() throws Exception {
        HostServices bare = services(Optional.empty(), "gone");
        HostServices away =
                new HostServices(
                        bare.root(),
                        bare.accounts(),
                        bare.hostname(),
                        bare.mysqlSearch(),
                        DatabaseSearch.with(() ->
                                new DatabaseSearch.Found<>(
                                        Optional.empty(), "no socket", DatabaseSearch.Sign.SEEN)));

        PackReport report = pack("gone", away);

        assertThat(report.isIncomplete()).isTrue();
        assertThat(report.warnings())
                .singleElement()
                .asString()
                .contains("no socket", "postgres.enabled: off");
    }

    @Test
    void whatAKilledRunLeftIsRemoved() throws Exception {
        run(
                "postgres",
                "CREATE ROLE packhorse_tmp_0123456789abcdef",
                "CREATE DATABASE packhorse_new_0123456789abcdef OWNER packhorse_tmp_0123456789abcdef",
                "CREATE DATABASE packhorse_old_0123456789abcdef");
        server.recover();
    }

    /// The customer's own code answers for names of the system's; it must never be asked by the
    /// administrator, whose every right it would have.
    @Test
    void whatADatabasesOwnerPutsInThePathOfNamesRunsNeverAsTheAdministrator() throws Exception {
        makeAccount("path");
        runAs(
                "path_shop",
                "path",
                "main pass",
                "CREATE SCHEMA evil",
                "CREATE FUNCTION evil.grab() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user)"
                        + " THEN ALTER ROLE path SUPERUSER; END IF; RETURN true; END $$",
                "CREATE VIEW evil.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE evil.grab()",
                "CREATE FUNCTION evil.arm(i int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF current_database() LIKE 'packhorse%' THEN EXECUTE"
                        + " format('ALTER DATABASE %I SET search_path = evil, pg_catalog',"
                        + " current_database()); END IF; RETURN true; END $$",
                "CREATE TABLE public.armed (a int CHECK (evil.arm(a)))",
                "INSERT INTO public.armed VALUES (1)",
                "ALTER DATABASE path_shop SET search_path = evil, pg_catalog");
        HostServices services = services("path");

        assertThat(pack("path", services).warnings()).isEmpty();
        assertThat(isSuperuser("path")).as("packed").isFalse();
        new PostgresLoad(server, staging, Cancellation.never())
                .tryOut(archive.file("psql/path_shop.tar").orElseThrow());
        assertThat(isSuperuser("path")).as("tried").isFalse();
        restore("path", services);
        assertThat(isSuperuser("path")).as("restored").isFalse();
        assertThat(rows("path_shop", "path", "main pass", "SELECT a FROM public.armed"))
                .containsExactly("1");
    }

    private boolean isSuperuser(String role) throws SQLException {
        return rows("SELECT rolsuper::text FROM pg_roles WHERE rolname = '" + role + "'")
                .equals(List.of("true"));
    }

    /// As `spatial_ref_sys` of PostGIS, which the extension makes anew.
    @Test
    void tablesOfExtensionsAreNotMissedInADump() throws Exception {
        makeAccount("ext");
        run(
                "ext_shop",
                "CREATE EXTENSION hstore",
                "CREATE TABLE of_extension (a int)",
                "ALTER EXTENSION hstore ADD TABLE of_extension");

        PackReport report = pack("ext", services("ext"));

        assertThat(report.warnings()).isEmpty();
        assertThat(report.counts()).containsEntry("tables", 2L).containsEntry("databases", 1L);
    }

    @Test
    void aDatabaseThatCannotBeDumpedIsLeftOutByNameAndTheOthersArePacked() throws Exception {
        makeAccount("part");
        run("postgres", "CREATE DATABASE part_hidden OWNER part", "CREATE DATABASE \"part_a/b\"");
        run(
                "part_hidden",
                "SET ROLE part",
                "CREATE TABLE t (a int)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE t FORCE ROW LEVEL SECURITY");

        PackOptions replacing =
                PackOptions.ALL.beforeReplacing(
                        new ReplacedDatabases(Set.of(), Set.of("part_hidden")));
        assertThatThrownBy(() -> pack("part", services("part"), replacing))
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("part_hidden could not be dumped");
        PackReport report = pack("part", services("part"));

        assertThat(report.counts()).containsEntry("databases", 1L).containsEntry("tables", 2L);
        assertThat(report.counts()).containsEntry(PackReport.LEFT_OUT, 1L);
        assertThat(report.warnings())
                .hasSize(2)
                .anyMatch(each -> each.contains("part_hidden could not be dumped"))
                .anyMatch(each -> each.contains("part_a/b"));
        assertThat(archive.names("psql")).containsExactly("part_shop.tar");
        assertThat(archive.text("psql_users.sql").orElse("")).contains("part_app");
    }

    /// A migration of the application does this to all of them; the server is well.
    @Test
    void whereNoneOfSeveralDatabasesCanBeDumpedAllAreLeftOutByName() throws Exception {
        makeAccount("undumped");
        run("postgres", "CREATE DATABASE undumped_live OWNER undumped");
        for (String name : List.of("undumped_live", "undumped_shop")) {
            run(
                    name,
                    "SET ROLE undumped",
                    "CREATE TABLE hidden (a int)",
                    "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE hidden FORCE ROW LEVEL SECURITY");
        }

        PackReport report = pack("undumped", services("undumped"));

        assertThat(report.counts()).containsEntry(PackReport.LEFT_OUT, 2L);
        assertThat(report.warnings())
                .anyMatch(each -> each.contains("undumped_live could not be dumped"))
                .anyMatch(each -> each.contains("undumped_shop could not be dumped"));
        assertThat(archive.text("psql_users.sql").orElse("")).contains("undumped_app");
    }

    @Test
    void anExtensionComesBackInItsSchema() throws Exception {
        makeAccount("apart");
        runAs(
                "apart_shop",
                "apart",
                "main pass",
                "CREATE SCHEMA \"the place\"",
                "CREATE EXTENSION hstore SCHEMA \"the place\"",
                "CREATE TABLE public.bags (b \"the place\".hstore)",
                "INSERT INTO public.bags VALUES ('a=>1')");
        run("apart_shop", "CREATE EXTENSION dblink");
        HostServices services = services("apart");
        pack("apart", services);
        wipe("apart");

        RestoreReport report = restore("apart", services);

        assertThat(report.skipped())
                .containsExactly(
                        "database apart_shop: extension dblink is not here, or only an administrator may add it");
        assertThat(rows("apart_shop", "apart", "main pass", "SELECT b::text FROM bags"))
                .containsExactly("\"a\"=>\"1\"");
        assertThat(
                        rows(
                                "apart_shop",
                                "apart",
                                "main pass",
                                "SELECT pg_get_userbyid(extowner) FROM pg_extension WHERE extname = 'hstore'"))
                .containsExactly("apart");
    }

    @Test
    void databasesAndRolesOfTheAccountsMapAreItsOwnWhateverTheyAreCalled() throws Exception {
        makeAccount("chart");
        run(
                "postgres",
                "CREATE ROLE oldrole LOGIN PASSWORD 'old pass'",
                "CREATE ROLE oldbase LOGIN",
                "CREATE DATABASE oldbase OWNER oldrole");
        run("oldbase", "SET ROLE oldrole", "CREATE TABLE t (a int)");
        Path map = folder.resolve("var/cpanel/databases/chart.json");
        Files.createDirectories(map.getParent());
        Files.writeString(
                map, "{\"PGSQL\":{\"dbs\":{\"oldbase\":1},\"dbusers\":{\"oldrole\":{}}}}");
        HostServices services = services("chart");

        assertThat(pack("chart", services).counts())
                .isEqualTo(Map.of("databases", 2L, "tables", 3L, "users", 3L));

        run("postgres", "DROP DATABASE oldbase", "DROP ROLE oldrole");
        assertThat(restore("chart", services).skipped()).isEmpty();
        assertThat(rows("oldbase", "oldrole", "old pass", "SELECT count(*)::text FROM t"))
                .containsExactly("0");
        run("postgres", "DROP ROLE oldbase");
    }

    @Test
    void anAccountWithMappedDatabasesAloneIsIncompleteWhileAMapCannotBeRead() throws Exception {
        Path maps = Files.createDirectories(folder.resolve("var/cpanel/databases"));
        HostServices services = services("solo", "other");
        assertThat(pack("solo", services)).isEqualTo(PackReport.EMPTY);
        run("postgres", "CREATE DATABASE lonebase");
        Files.writeString(maps.resolve("solo.json"), "{\"PGSQL\":{\"dbs\":{\"lonebase\":1}}}");
        Files.writeString(maps.resolve("other.json"), "{\"PGSQL\":");

        PackReport report = pack("solo", services);

        assertThat(report.isIncomplete()).isTrue();
        assertThat(report.warnings()).singleElement().asString().contains("other.json");
        run("postgres", "DROP DATABASE lonebase");
    }

    private void runAs(String database, String user, String password, String... statements)
            throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database), user, password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
