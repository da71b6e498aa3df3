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
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MysqlComponentTest {
    private final MysqlComponent component = new MysqlComponent();

    @TempDir Path folder;
    private Path staging;
    private MysqlFolder archive;

    @BeforeEach
    void makeFolders() throws IOException {
        staging = Files.createDirectory(folder.resolve("staging"));
        archive = new MysqlFolder(Files.createDirectory(folder.resolve("archive")));
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

    private HostServices services(Optional<MysqlServer> mysql, String... accounts) {
        return new HostServices(
                new HostRoot(folder),
                new Accounts(List.of(accounts).stream().map(AccountName::new).toList()),
                "host.example",
                mysql);
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

    private RestoreReport restore(String from, String to, HostServices services)
            throws ComponentException, IOException {
        ArchiveFacts facts =
                new ArchiveFacts(
                        new AccountName(from),
                        "cpmove-" + from,
                        "",
                        0,
                        0,
                        0,
                        0,
                        false,
                        Set.of(),
                        List.of());
        return component.restore(
                new RestoreContext(
                        new AccountName(to),
                        facts,
                        services,
                        RestoreOptions.ALL,
                        true,
                        staging,
                        new Silent(),
                        Cancellation.never()),
                archive);
    }

    private void makeAccount(MariadbServer mariadb, String account) throws IOException {
        mariadb.run(
                "CREATE DATABASE " + account + "_shop CHARACTER SET utf8mb4",
                "CREATE TABLE " + account + "_shop.t (a int, b text)",
                "INSERT INTO " + account + "_shop.t VALUES (1, 'é;'), (2, NULL)",
                "CREATE DATABASE " + account + "_blog",
                "CREATE TABLE " + account + "_blog.p (a int)",
                "CREATE USER " + account + "@localhost IDENTIFIED BY 'main pass'",
                "CREATE USER " + account + "_app@localhost IDENTIFIED BY 'app pass'",
                "CREATE USER " + account + "_app@'10.%' IDENTIFIED BY 'far pass'",
                "GRANT ALL ON `" + account + "\\_%`.* TO " + account + "@localhost",
                "GRANT SELECT, INSERT ON `"
                        + account
                        + "\\_shop`.* TO "
                        + account
                        + "_app@localhost",
                "GRANT SELECT (a) ON " + account + "_blog.p TO " + account + "_app@localhost",
                "CREATE DEFINER="
                        + account
                        + "@localhost VIEW "
                        + account
                        + "_blog.v AS SELECT b FROM "
                        + account
                        + "_shop.t");
    }

    private static void wipe(MariadbServer mariadb, String account) throws IOException {
        mariadb.run(
                "DROP DATABASE " + account + "_shop",
                "DROP DATABASE " + account + "_blog",
                "DROP USER " + account + "@localhost",
                "DROP USER " + account + "_app@localhost",
                "DROP USER " + account + "_app@'10.%'");
    }

    private static List<String> grants(MariadbServer mariadb, String account) throws IOException {
        return Stream.of("@localhost", "_app@localhost", "_app@'10.%'")
                .flatMap(user -> {
                    try {
                        return mariadb.rows("SHOW GRANTS FOR " + account + user).stream();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }

    @Test
    void packWipeRestoreIsEqualAndUsersLogInWithTheirOldPasswords() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "trip", "other");
        makeAccount(mariadb, "trip");
        List<String> grants = grants(mariadb, "trip");
        PackReport packed = pack("trip", services);
        assertThat(packed.counts()).isEqualTo(Map.of("databases", 2L, "tables", 2L, "users", 3L));
        assertThat(packed.warnings()).isEmpty();
        assertThat(archive.names("mysql"))
                .containsExactly(
                        "trip_blog.create", "trip_blog.sql", "trip_shop.create", "trip_shop.sql");
        assertThat(archive.names("mysql-timestamps"))
                .containsExactly("mysql", "trip_blog", "trip_shop");
        assertThat(archive.text("mysql.sql").orElse(""))
                .startsWith(
                        "-- cPanel mysql backup\nGRANT USAGE ON *.* TO 'trip'@'localhost' IDENTIFIED"
                                + " BY PASSWORD '*");
        assertThat(staging).isEmptyDirectory();

        wipe(mariadb, "trip");
        assertThat(mariadb.logsIn("trip", "main pass")).isFalse();
        RestoreReport restored = restore("trip", "trip", services);
        assertThat(restored.counts()).isEqualTo(packed.counts());
        assertThat(restored.altered()).isEmpty();
        assertThat(restored.skipped()).isEmpty();
        assertThat(restored.outcome()).isEqualTo(RestoreReport.Outcome.DONE);
        assertThat(mariadb.logsIn("trip", "main pass")).isTrue();
        assertThat(mariadb.logsIn("trip_app", "app pass")).isTrue();
        assertThat(mariadb.logsIn("trip_app", "main pass")).isFalse();
        assertThat(grants(mariadb, "trip")).isEqualTo(grants);
        assertThat(mariadb.rows("SELECT * FROM trip_shop.t")).containsExactly("1|é;", "2|");
        assertThat(mariadb.rows("SELECT * FROM trip_blog.v")).containsExactly("é;", "");
        assertThat(staging).isEmptyDirectory();

        RestoreReport again = restore("trip", "trip", services);
        assertThat(again.counts()).isEqualTo(packed.counts());
        assertThat(grants(mariadb, "trip")).isEqualTo(grants);
    }

    @Test
    void allOfAnAccountIsDroppedAndNothingOfARival() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        mariadb.run(
                "CREATE DATABASE gone_a",
                "CREATE TABLE gone_a.t (a int)",
                "CREATE DATABASE `gone_odd ``name`",
                "CREATE DATABASE gone_two_b",
                "CREATE DATABASE gonex",
                "CREATE USER gone@localhost IDENTIFIED BY 'main pass'",
                "CREATE USER gone_app@'10.%' IDENTIFIED BY 'far pass'",
                "CREATE USER gone_two@localhost IDENTIFIED BY 'rival pass'");
        MysqlServer server = mariadb.connect();
        DatabaseOwnership ownership =
                DatabaseOwnership.of(
                        new AccountName("gone"),
                        List.of(new AccountName("gone"), new AccountName("gone_two")));

        assertThat(server.dropAll(ownership)).isEqualTo(2);
        assertThat(server.dropAll(ownership)).isZero();

        assertThat(mariadb.rows("SHOW DATABASES LIKE 'gone%'"))
                .containsExactly("gone_two_b", "gonex");
        assertThat(mariadb.rows("SELECT User FROM mysql.user WHERE User LIKE 'gone%'"))
                .containsExactly("gone_two");
    }

    @Test
    void structureAloneHasNoRows() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        mariadb.run(
                "CREATE DATABASE frame_a",
                "CREATE TABLE frame_a.t (a int)",
                "INSERT INTO frame_a.t VALUES (1)");
        PackReport report =
                pack(
                        "frame",
                        services(Optional.of(mariadb.connect()), "frame"),
                        PackOptions.ALL.withDatabases(DatabaseDepth.SCHEMA));
        assertThat(report.counts()).containsEntry("databases", 1L).containsEntry("tables", 1L);
        assertThat(archive.text("mysql/frame_a.sql").orElse(""))
                .contains("CREATE TABLE `t`")
                .doesNotContain("INSERT");
    }

    @Test
    void theNameAloneHasNoDump() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        mariadb.run("CREATE DATABASE bare_a", "CREATE TABLE bare_a.t (a int)");
        pack(
                "bare",
                services(Optional.of(mariadb.connect()), "bare"),
                PackOptions.ALL.withDatabases(DatabaseDepth.NAME));
        assertThat(archive.names("mysql")).containsExactly("bare_a.create");
    }

    @Test
    void aDatabaseThatAnOlderServerCannotTakeFailsTheModuleByName() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        mariadb.run("CREATE DATABASE newer_a", "CREATE TABLE newer_a.t (a inet6)");
        HostServices services = services(Optional.of(mariadb.connect()), "newer");
        assertThatThrownBy(() ->
                        pack(
                                "newer",
                                services,
                                PackOptions.ALL.withMysqlVersion(Optional.of("5.7"))))
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("newer_a")
                .hasMessageContaining("column t.a has the type inet6, which no MySQL knows");
        assertThat(
                        pack(
                                        "newer",
                                        services,
                                        PackOptions.ALL.withMysqlVersion(Optional.of("10.6")))
                                .counts())
                .containsEntry("databases", 1L);
    }

    /// As a crashed table does: the table of the MERGE is gone.
    @Test
    void aDatabaseThatCannotBeDumpedIsLeftOutByNameAndTheOthersArePacked() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        mariadb.run(
                "CREATE DATABASE part_good",
                "CREATE TABLE part_good.t (a int)",
                "CREATE DATABASE part_crashed",
                "CREATE TABLE part_crashed.t (a int) ENGINE=MyISAM",
                "CREATE TABLE part_crashed.m (a int) ENGINE=MERGE UNION=(part_crashed.t)",
                "DROP TABLE part_crashed.t",
                "CREATE DATABASE `part_a/b`");

        PackReport report;
        try {
            HostServices services = services(Optional.of(mariadb.connect()), "part");
            PackOptions replacing =
                    PackOptions.ALL.beforeReplacing(
                            new ReplacedDatabases(Set.of("part_crashed"), Set.of()));
            assertThatThrownBy(() -> pack("part", services, replacing))
                    .isInstanceOf(ComponentException.class)
                    .hasMessageContaining("part_crashed could not be dumped");
            report = pack("part", services);
        } finally {
            // the server is every test's, and some dump all of it
            mariadb.run("DROP DATABASE part_crashed", "DROP DATABASE `part_a/b`");
        }

        assertThat(report.counts()).containsEntry("databases", 1L).containsEntry("tables", 1L);
        assertThat(report.counts()).containsEntry(PackReport.LEFT_OUT, 1L);
        assertThat(report.warnings())
                .hasSize(2)
                .anyMatch(each -> each.contains("part_crashed could not be dumped"))
                .anyMatch(each -> each.contains("part_a/b"));
        assertThat(archive.names("mysql")).containsExactly("part_good.create", "part_good.sql");
        assertThat(archive.text("mysql.sql")).isPresent();
        assertThat(staging).isEmptyDirectory();
    }

    /// A damaged disk may have all of them; home and mail are worth an archive all the same. So it
    /// is before a restore that replaces none of them.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereNoneOfSeveralDatabasesCanBeDumpedAllAreLeftOutByName(boolean beforeARestore)
            throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        List<String> names = List.of("none_a", "none_b");
        for (String name : names) {
            mariadb.run(
                    "CREATE DATABASE " + name,
                    "CREATE TABLE " + name + ".t (a int) ENGINE=MyISAM",
                    "CREATE TABLE %1$s.m (a int) ENGINE=MERGE UNION=(%1$s.t)".formatted(name),
                    "DROP TABLE " + name + ".t");
        }
        try {
            HostServices services = services(Optional.of(mariadb.connect()), "none");
            PackOptions options =
                    beforeARestore
                            ? PackOptions.ALL.beforeReplacing(
                                    new ReplacedDatabases(Set.of("none_c"), Set.of("none_a")))
                            : PackOptions.ALL;
            PackReport report = pack("none", services, options);

            assertThat(report.counts()).containsEntry(PackReport.LEFT_OUT, 2L);
            assertThat(report.warnings())
                    .anyMatch(each -> each.contains("none_a could not be dumped"))
                    .anyMatch(each -> each.contains("none_b could not be dumped"));
        } finally {
            for (String name : names) {
                mariadb.run("DROP DATABASE " + name);
            }
        }
    }

    @Test
    void anotherAccountNameGetsItsOwnDatabasesAndUsers() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "first", "second");
        mariadb.run(
                "CREATE DATABASE first_shop",
                "CREATE TABLE first_shop.t (a int)",
                "CREATE USER first@localhost IDENTIFIED BY 'pass'");
        pack("first", services);
        assertThat(restore("first", "second", services).altered())
                .contains(
                        "database first_shop is second_shop here; programs that name it, or its users, must be told");
        assertThat(mariadb.rows("SHOW TABLES FROM second_shop")).containsExactly("t");
        assertThat(mariadb.logsIn("second", "pass")).isTrue();
    }

    @Test
    void databasesOfALongerAccountNameAreNotPacked() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "short", "short_long");
        mariadb.run("CREATE DATABASE short_a", "CREATE DATABASE short_long_b");
        assertThat(pack("short", services).counts()).containsEntry("databases", 1L);
        assertThat(archive.names("mysql"))
                .contains("short_a.sql")
                .noneMatch(each -> each.contains("long"));
    }

    private void map(String account, List<String> databases, List<String> users)
            throws IOException {
        Path file = folder.resolve("var/cpanel/databases/" + account + ".json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "{\"MYSQL\":{\"dbs\":{%s},\"dbusers\":{%s},\"noprefix\":{},\"owner\":\"%s\"}}"
                        .formatted(keys(databases), keys(users), account));
    }

    private static String keys(List<String> names) {
        return names.stream()
                .map(name -> "\"" + name + "\":\"localhost\"")
                .collect(Collectors.joining(","));
    }

    @Test
    void databasesAndUsersOfTheAccountsMapAreItsOwnWhateverTheyAreCalled() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "mapped", "plainer");
        mariadb.run(
                "CREATE DATABASE oldshop",
                "CREATE TABLE oldshop.t (a int)",
                "INSERT INTO oldshop.t VALUES (7)",
                "CREATE DATABASE oldshopper",
                "CREATE USER oldshop@localhost IDENTIFIED BY 'not the account''s'",
                "CREATE USER oldclerk@localhost IDENTIFIED BY 'clerk pass'",
                "GRANT ALL ON oldshop.* TO oldclerk@localhost");
        map("mapped", List.of("oldshop"), List.of("oldclerk"));

        PackReport packed = pack("mapped", services);

        assertThat(packed.warnings()).isEmpty();
        assertThat(archive.names("mysql")).containsExactly("oldshop.create", "oldshop.sql");
        assertThat(archive.text("mysql.sql").orElse(""))
                .contains("'oldclerk'@'localhost'")
                .doesNotContain("'oldshop'@");
        mariadb.run("DROP DATABASE oldshop", "DROP USER oldclerk@localhost");
        RestoreReport restored = restore("mapped", "mapped", services);
        assertThat(restored.skipped()).isEmpty();
        assertThat(mariadb.rows("SELECT a FROM oldshop.t")).containsExactly("7");
        assertThat(mariadb.logsIn("oldclerk", "clerk pass")).isTrue();
        mariadb.run("DROP DATABASE oldshop");
        assertThat(restore("mapped", "plainer", services).skipped())
                .contains("database oldshop is not a database of plainer");
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'oldshop'")).isEmpty();
        mariadb.run(
                "DROP DATABASE oldshopper",
                "DROP USER oldshop@localhost",
                "DROP USER oldclerk@localhost");
    }

    @Test
    void theArchivesMapSaysWhatTheOtherMembersSayAndALossIsTold() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "charted");
        mariadb.run(
                "CREATE DATABASE charted_shop",
                "CREATE DATABASE chartedxshop",
                "CREATE DATABASE charted_blog",
                "CREATE USER charted@localhost IDENTIFIED BY 'owner pass'",
                "CREATE USER charted_app@localhost IDENTIFIED BY 'app pass'",
                "CREATE USER charted_app@'10.0.0.7' IDENTIFIED BY 'app pass'",
                "CREATE USER charted_idle@localhost IDENTIFIED BY 'idle pass'",
                "GRANT ALL ON `charted\\_%`.* TO charted@localhost",
                "GRANT SELECT ON `charted\\_shop`.* TO charted_app@localhost",
                "CREATE TABLE charted_blog.posts (a int)",
                "GRANT SELECT ON charted_blog.posts TO charted_app@'10.0.0.7'");
        map("charted", List.of("chartedxshop"), List.of());

        pack("charted", services);

        assertThat(archive.text("meta/dbmap.yaml"))
                .contains(
                        """
                        ---
                        MYSQL:
                          dbs:
                            charted_blog: localhost
                            charted_shop: localhost
                            chartedxshop: localhost
                          dbusers:
                            charted_app:
                              dbs:
                                charted_blog: localhost
                                charted_shop: localhost
                              server: localhost
                            charted_idle:
                              dbs: {}

                              server: localhost
                          noprefix: {}

                          owner: charted
                          server: localhost
                        """);
        assertThat(restore("charted", "charted", services).skipped()).isEmpty();
        Files.delete(archive.path("mysql/charted_blog.sql"));
        Files.delete(archive.path("mysql/charted_blog.create"));
        Path grants = archive.path("mysql.sql");
        Files.writeString(
                grants,
                Files.readString(grants)
                        .lines()
                        .filter(line -> !line.contains("charted_idle"))
                        .collect(Collectors.joining("\n")));

        RestoreReport lossy = restore("charted", "charted", services);

        assertThat(lossy.outcome()).isEqualTo(RestoreReport.Outcome.WARNINGS);
        assertThat(lossy.skipped())
                .containsExactly(
                        "database charted_blog is in meta/dbmap.yaml, but not in the archive",
                        "database user charted_idle is in meta/dbmap.yaml, but not in mysql.sql");
        Files.writeString(archive.path("meta/dbmap.yaml"), "MYSQL: [");
        assertThat(restore("charted", "charted", services).skipped())
                .singleElement()
                .asString()
                .startsWith("meta/dbmap.yaml");
        mariadb.run(
                "DROP DATABASE charted_shop",
                "DROP DATABASE chartedxshop",
                "DROP DATABASE charted_blog",
                "DROP USER charted@localhost",
                "DROP USER charted_app@localhost",
                "DROP USER charted_app@'10.0.0.7'",
                "DROP USER charted_idle@localhost");
    }

    @Test
    void whatTwoMapsHaveOrAnotherAccountsNameClaimsIsNobodysAndTold() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "greedy", "modest");
        mariadb.run("CREATE DATABASE common_ground", "CREATE DATABASE modest_shop");
        map("greedy", List.of("common_ground", "modest_shop", "mysql"), List.of("root"));
        map("modest", List.of("common_ground"), List.of());

        PackReport packed = pack("greedy", services);

        assertThat(archive.names("mysql")).isEmpty();
        assertThat(archive.text("mysql.sql").orElse("")).doesNotContain("root");
        assertThat(packed.warnings())
                .hasSize(4)
                .anyMatch(each ->
                        each.startsWith("database common_ground")
                                && each.contains("in the map of modest, too"))
                .anyMatch(each ->
                        each.startsWith("database modest_shop")
                                && each.contains("modest's by its name"))
                .anyMatch(each -> each.startsWith("database mysql"))
                .anyMatch(each -> each.startsWith("database user root"));
        archive = new MysqlFolder(Files.createDirectory(folder.resolve("another")));
        pack("modest", services);
        assertThat(archive.names("mysql")).containsExactly("modest_shop.create", "modest_shop.sql");
        mariadb.run("DROP DATABASE common_ground", "DROP DATABASE modest_shop");
    }

    @Test
    void aDamagedMapCostsOnlyWhatItAloneGives() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "torn", "other");
        mariadb.run("CREATE DATABASE torn_a", "CREATE DATABASE tornless");
        map("torn", List.of("tornless"), List.of());
        Path others = folder.resolve("var/cpanel/databases/other.json");
        Files.writeString(others, "{\"MYSQL\":");

        PackReport report = pack("torn", services);

        assertThat(report.warnings()).singleElement().asString().contains("other.json");
        assertThat(report.isIncomplete()).as("an earlier archive may have tornless").isTrue();
        assertThat(archive.names("mysql")).containsExactly("torn_a.create", "torn_a.sql");
        mariadb.run("DROP DATABASE torn_a", "DROP DATABASE tornless");
    }

    /// As a full disk leaves it.
    @Test
    void anEmptyMapDoesNotPassForOneWithoutNames() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "blank", "other");
        mariadb.run("CREATE DATABASE blank_a");
        map("blank", List.of(), List.of());
        assertThat(pack("blank", services).isIncomplete()).isFalse();
        Files.writeString(folder.resolve("var/cpanel/databases/blank.json"), "");
        archive = new MysqlFolder(Files.createDirectory(folder.resolve("archive2")));

        PackReport report = pack("blank", services);

        assertThat(report.isIncomplete()).isTrue();
        assertThat(report.warnings()).singleElement().asString().contains("blank.json", "empty");
        mariadb.run("DROP DATABASE blank_a");
    }

    @Test
    void aNameThatTwoMapsHaveIsMissedInBothArchives() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "twin", "other");
        mariadb.run("CREATE DATABASE twinless");
        map("twin", List.of("twinless", "mysql"), List.of());
        map("other", List.of("twinless"), List.of());

        PackReport report = pack("twin", services);

        assertThat(report.counts()).as("not the server's own").containsEntry("left_out", 1L);
        assertThat(report.warnings()).hasSize(2);
        mariadb.run("DROP DATABASE twinless");
    }

    @Test
    void whatBelongsToOthersIsSkippedAndListed() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "thief", "victim");
        archive.addText("mysql/victim_shop.sql", 0600, "CREATE TABLE t (a int);\n");
        archive.addText("mysql/mysql.sql", 0600, "CREATE TABLE t (a int);\n");
        archive.addText("mysql/roundcube.sql", 0600, "CREATE TABLE t (a int);\n");
        archive.addText("mysql/thief_ok.sql", 0600, "CREATE TABLE t (a int);\n");
        archive.addText(
                "mysql.sql",
                0600,
                "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' IDENTIFIED BY PASSWORD '*"
                        + "A".repeat(40)
                        + "';\n");
        RestoreReport report = restore("thief", "thief", services);
        assertThat(report.counts()).containsEntry("databases", 1L);
        assertThat(report.outcome()).isEqualTo(RestoreReport.Outcome.WARNINGS);
        assertThat(report.skipped())
                .anyMatch(each -> each.contains("victim_shop"))
                .anyMatch(each -> each.contains("database mysql"))
                .anyMatch(each -> each.contains("on all databases"))
                .noneMatch(each -> each.contains("roundcube"));
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'victim%shop'")).isEmpty();
        assertThat(mariadb.rows("SELECT User FROM mysql.user WHERE User = 'root' AND Host = '%'"))
                .isEmpty();
    }

    @Test
    void oneRefusedDumpFailsTheModuleButNotTheOtherDatabases() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        HostServices services = services(Optional.of(mariadb.connect()), "mixed");
        archive.addText("mysql/mixed_bad.sql", 0600, "GRANT ALL ON *.* TO mixed;\n");
        archive.addText("mysql/mixed_good.sql", 0600, "CREATE TABLE t (a int);\n");
        assertThatThrownBy(() -> restore("mixed", "mixed", services))
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("mixed_bad")
                .hasMessageContaining("line 1")
                .hasMessageContaining("GRANT")
                .hasMessageNotContaining("mixed_good");
        assertThat(mariadb.rows("SHOW TABLES FROM mixed_good")).containsExactly("t");
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'mixed%bad'")).isEmpty();
    }

    @Test
    void withoutAServerThereAreEmptyFilesAndAnAbsentService() throws Exception {
        HostServices services = services(Optional.empty(), "plain");
        assertThat(pack("plain", services)).isEqualTo(PackReport.EMPTY);
        assertThat(archive.text("mysql.sql")).hasValue("-- cPanel mysql backup\n");
        assertThat(archive.text("mysql.sql-auth.json")).hasValue("{}");
        assertThat(restore("plain", "plain", services)).isEqualTo(RestoreReport.nothing());
        archive.addText("mysql/plain_x.sql", 0600, "CREATE TABLE t (a int);\n");
        assertThat(restore("plain", "plain", services))
                .isEqualTo(RestoreReport.absent("no MySQL or MariaDB server on this server"));
    }

    private HostServices searching(DatabaseSearch.Look<MysqlServer> look, String... accounts) {
        HostServices without = services(Optional.empty(), accounts);
        return new HostServices(
                without.root(),
                without.accounts(),
                without.hostname(),
                DatabaseSearch.with(look),
                without.postgresSearch());
    }

    /// Nothing else asks again for a server that came up after us.
    @Test
    void aServerThatStartsLaterIsPacked() throws Exception {
        MariadbServer mariadb = MariadbServer.shared();
        mariadb.run("CREATE DATABASE late_shop", "CREATE TABLE late_shop.t (a int)");
        Optional<MysqlServer> server = Optional.of(mariadb.connect());
        AtomicBoolean started = new AtomicBoolean();
        HostServices services =
                searching(
                        () ->
                                new DatabaseSearch.Found<>(
                                        started.get() ? server : Optional.empty(),
                                        "not up yet",
                                        DatabaseSearch.Sign.NONE),
                        "late");
        HostServices settled = services.settled();
        started.set(true);

        assertThat(settled.mysql()).isEmpty();
        assertThat(pack("late", services).counts()).containsEntry("databases", 1L);
        assertThat(archive.names("mysql")).contains("late_shop.sql");
    }

    /// An archive that passed for whole would let retention remove the last one with databases.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereSomethingSpeaksForAServerItsAbsenceIsNoBackupWithoutDatabases(boolean seen)
            throws Exception {
        HostServices services =
                searching(
                        () ->
                                new DatabaseSearch.Found<>(
                                        Optional.empty(),
                                        "no such socket",
                                        seen ? DatabaseSearch.Sign.SEEN : DatabaseSearch.Sign.NONE),
                        "plain");
        if (!seen) {
            assertThat(pack("plain", services)).isEqualTo(PackReport.EMPTY);
            archive = new MysqlFolder(Files.createDirectory(folder.resolve("archive2")));
            map("plain", List.of("plain_shop"), List.of());
        }

        PackReport report = pack("plain", services);

        assertThat(report.isIncomplete()).isTrue();
        assertThat(report.warnings())
                .singleElement()
                .asString()
                .contains("no such socket", "start it", "mysql.enabled: off");
        ReplacedDatabases replaced = new ReplacedDatabases(Set.of("plain_shop"), Set.of());
        archive = new MysqlFolder(Files.createDirectory(folder.resolve("archive3")));
        assertThatThrownBy(() -> pack("plain", services, PackOptions.ALL.beforeReplacing(replaced)))
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("no such socket");
    }

    @Test
    void whoSaysThatThereIsNoServerIsBelieved() throws Exception {
        map("plain", List.of("plain_shop"), List.of());
        HostServices services =
                searching(() -> DatabaseSearch.Found.switchedOff("switched off"), "plain");

        assertThat(pack("plain", services)).isEqualTo(PackReport.EMPTY);
    }
}
