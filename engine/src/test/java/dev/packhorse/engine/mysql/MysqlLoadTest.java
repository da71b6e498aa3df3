package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MysqlLoadTest {
    private static final CreateFile UTF8 = new CreateFile("utf8mb4", "utf8mb4_general_ci");

    private final MariadbServer mariadb = MariadbServer.shared();

    @TempDir Path staging;

    private static DatabaseUser owner(String name) {
        return new DatabaseUser(name, "localhost", DatabaseUser.NATIVE, ByteString.of(""));
    }

    private LoadRequest request(String database, Path dump, Cancellation cancellation) {
        return new LoadRequest(
                database,
                database,
                dump,
                UTF8,
                List.of(owner(database.substring(0, database.indexOf('_')))),
                List.of(),
                staging,
                cancellation);
    }

    private LoadReport load(String database, Path dump) throws IOException {
        return new MysqlLoad(mariadb.connect()).load(request(database, dump, Cancellation.never()));
    }

    private Path dump(String text) throws IOException {
        return Files.writeString(staging.resolve("hand.sql"), text);
    }

    private String dumpOf(String database) throws IOException {
        Path file = staging.resolve("dump-" + database + ".sql");
        Files.deleteIfExists(file);
        new MysqlDump(mariadb.connect()).dump(database, file, staging, Cancellation.never());
        return Files.readString(file).replaceAll("-- Dump completed.*", "-- Dump completed");
    }

    /// A database with everything that a database may have.
    private void makeRich(String database, String account, int many) throws IOException {
        String name = SqlText.name(database);
        List<String> sql =
                new ArrayList<>(
                        List.of(
                                "CREATE DATABASE "
                                        + name
                                        + " CHARACTER SET utf8mb4 COLLATE"
                                        + " utf8mb4_general_ci",
                                "CREATE USER IF NOT EXISTS " + account + "@localhost",
                                "GRANT ALL ON `" + account + "\\_%`.* TO " + account + "@localhost",
                                "USE " + name));
        for (int i = 0; i < many; i++) {
            sql.add("CREATE TABLE many" + i + " (id int PRIMARY KEY) ENGINE=MyISAM");
        }
        sql.addAll(
                List.of(
                        "CREATE TABLE parent (id int AUTO_INCREMENT PRIMARY KEY, v varchar(50), b"
                                + " longblob, n int DEFAULT 3, g int GENERATED ALWAYS AS (n + 1)"
                                + " STORED, w int AS (n * 2) VIRTUAL)",
                        "CREATE TABLE child (id int, parent int, FOREIGN KEY (parent) REFERENCES"
                                + " parent (id))",
                        "INSERT INTO parent (v, b) VALUES ('it''s; \\\\ -- x\\n😀é',"
                                + " UNHEX('00FF27225C0A0D1A')), ('/*!50000 x*/', NULL), ('', '')",
                        "INSERT INTO child VALUES (1, 1), (2, NULL)",
                        "CREATE TABLE `odd ``name``; -- x\n\\\\! y` (`a b``;` int)",
                        "INSERT INTO `odd ``name``; -- x\n\\\\! y` VALUES (7)",
                        "CREATE TABLE `" + "n".repeat(64) + "` (`ü€` int COMMENT 'x''; \\\\! y')",
                        "CREATE TABLE parted (id int) PARTITION BY RANGE (id) (PARTITION p0 VALUES"
                                + " LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
                        "CREATE TABLE json (j json, p point, e enum('a','b;'), s set('x','y'), d"
                                + " datetime(6) DEFAULT CURRENT_TIMESTAMP(6), f double)",
                        "INSERT INTO json VALUES ('{\"a\": 1}', POINT(1, 2), 'b;', 'x,y',"
                                + " '2020-02-02 02:02:02.123456', 1e300)",
                        "CREATE TABLE latin (t text) CHARACTER SET latin1",
                        "INSERT INTO latin VALUES ('äöü')",
                        "CREATE SEQUENCE seq START WITH 5",
                        "SELECT NEXTVAL(seq)",
                        "CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC BEGIN /* why; */"
                                + " RETURN x * 2; END",
                        "CREATE DEFINER="
                                + account
                                + "@localhost PROCEDURE fill(IN n int) MODIFIES SQL DATA BEGIN -- c;"
                                + "\nDECLARE i int DEFAULT 0; WHILE i < n DO INSERT INTO child"
                                + " VALUES (i, NULL); SET i = i + 1; END WHILE; END",
                        "CREATE TRIGGER stamp BEFORE INSERT ON parent FOR EACH ROW SET NEW.v ="
                                + " CONCAT(NEW.v, '…;')",
                        "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00'"
                                + " DO DELETE FROM child WHERE id > 100",
                        "CREATE VIEW a_on_b AS SELECT twice(id) AS d FROM parent",
                        "CREATE VIEW b_on_a AS SELECT d, 'é;' AS t FROM a_on_b",
                        "CREATE SQL SECURITY INVOKER VIEW `view ``x` AS SELECT * FROM child",
                        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
                        "CREATE PROCEDURE ansi() SELECT 'a\\' AS \"x;\"",
                        "SET sql_mode = ''"));
        mariadb.run(sql.toArray(String[]::new));
    }

    /// Only the administrator may look at views that call, and at those that read them.
    @Test
    void viewsOverViewsThatCallComeBack() throws IOException {
        mariadb.run(
                "CREATE DATABASE calls_shop",
                "USE calls_shop",
                "CREATE TABLE t (id int)",
                "INSERT INTO t VALUES (4)",
                "CREATE USER calls@localhost",
                "GRANT ALL ON `calls\\_%`.* TO calls@localhost",
                "CREATE FUNCTION twice(x int) RETURNS int RETURN x * 2",
                "CREATE VIEW z_called AS SELECT id, twice(id) AS `d;``` FROM t",
                "CREATE VIEW a_over AS SELECT `d;``` AS d FROM z_called",
                "CREATE VIEW plain AS SELECT id FROM t");
        String before = dumpOf("calls_shop");
        assertThat(before)
                .as("other programs read it once, in its order")
                .contains("CREATE VIEW `z_called` AS SELECT 1 AS `id`, 1 AS `d;```;");
        Path dump = Files.writeString(staging.resolve("kept.sql"), before);
        mariadb.run("DROP DATABASE calls_shop");

        LoadReport report = load("calls_shop", dump);

        assertThat(report.views()).isEqualTo(3);
        assertThat(mariadb.rows("SELECT d FROM calls_shop.a_over")).containsExactly("8");
        assertThat(dumpOf("calls_shop")).isEqualTo(withOwner(before, "calls"));
    }

    @Test
    void viewsThatStandBeforeWhatTheyReadWaitForIt() throws IOException {
        mariadb.run("CREATE USER waits@localhost", "GRANT ALL ON `waits\\_%`.* TO waits@localhost");
        Path dump =
                dump(
                        """
                        CREATE TABLE t (a int);
                        INSERT INTO t VALUES (7);
                        CREATE VIEW a AS SELECT a FROM b;
                        CREATE VIEW b AS SELECT a FROM c;
                        CREATE VIEW c AS SELECT a FROM t;
                        """);

        LoadReport report = load("waits_db", dump);

        assertThat(report.views()).isEqualTo(3);
        assertThat(mariadb.rows("SELECT a FROM waits_db.a")).containsExactly("7");
    }

    private static String withOwner(String dump, String account) {
        return dump.replace("DEFINER=`root`@`localhost`", "DEFINER=`" + account + "`@`localhost`")
                .replace("\"root\"@\"localhost\"", "\"" + account + "\"@\"localhost\"");
    }

    @Test
    void databaseComesBackEqual() throws IOException {
        makeRich("round_trip", "round", 200);
        String before = dumpOf("round_trip");
        Path dump = Files.writeString(staging.resolve("kept.sql"), before);
        mariadb.run("DROP DATABASE round_trip");
        LoadReport report = load("round_trip", dump);
        assertThat(dumpOf("round_trip")).isEqualTo(withOwner(before, "round"));
        assertThat(report.tables()).isEqualTo(207);
        assertThat(report.views()).isEqualTo(3);
        assertThat(report.altered()).anyMatch(each -> each.contains("trigger stamp"));
        assertThat(report.altered()).noneMatch(each -> each.contains("procedure fill"));
        mariadb.run("CALL round_trip.fill(3)");
        assertThat(mariadb.rows("SELECT d, t FROM round_trip.b_on_a ORDER BY d"))
                .containsExactly("2|é;", "4|é;", "6|é;");
    }

    @Test
    void existingDatabaseIsReplacedWhole() throws IOException {
        makeRich("swap_shop", "swap", 20);
        String before = dumpOf("swap_shop");
        Path dump = Files.writeString(staging.resolve("kept.sql"), before);
        mariadb.run(
                "USE swap_shop",
                "DROP TABLE child",
                "INSERT INTO parent (v) VALUES ('new')",
                "CREATE TABLE added (a int)",
                "DROP VIEW b_on_a",
                "CREATE VIEW added_view AS SELECT 1 AS a",
                "CREATE TRIGGER added_trigger BEFORE INSERT ON added FOR EACH ROW SET NEW.a = 1",
                "ALTER DATABASE swap_shop CHARACTER SET latin1");
        load("swap_shop", dump);
        assertThat(dumpOf("swap_shop")).isEqualTo(withOwner(before, "swap"));
        assertThat(mariadb.connect().contents("swap_shop").charset()).isEqualTo("utf8mb4");
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'packhorse-%'")).isEmpty();
        assertThat(mariadb.rows("SELECT User FROM mysql.user WHERE User LIKE 'packhorse-%'"))
                .isEmpty();
    }

    @Test
    void serverErrorLeavesTheOldDatabase() throws IOException {
        makeRich("fail_shop", "fail", 2);
        String before = dumpOf("fail_shop");
        Path dump =
                dump(
                        """
                        CREATE TABLE t (a int PRIMARY KEY);
                        INSERT INTO t VALUES (1),(2);
                        INSERT INTO t VALUES (1);
                        """);
        assertThatThrownBy(() -> load("fail_shop", dump))
                .isInstanceOf(MysqlException.class)
                .hasMessageContaining("Duplicate entry");
        assertThat(dumpOf("fail_shop")).isEqualTo(before);
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'packhorse-%'")).isEmpty();
    }

    @Test
    void objectThatCannotBeCreatedBringsTheOldDatabaseBack() throws IOException {
        makeRich("back_shop", "back", 2);
        String before = dumpOf("back_shop");
        Path dump =
                dump(
                        """
                        CREATE TABLE t (a int);
                        INSERT INTO t VALUES (1);
                        CREATE VIEW good AS SELECT a FROM t;
                        CREATE VIEW bad AS SELECT no_such_column FROM t;
                        """);
        assertThatThrownBy(() -> load("back_shop", dump))
                .isInstanceOf(MysqlException.class)
                .hasMessageContaining("view bad (line 4 of the dump)");
        assertThat(dumpOf("back_shop")).isEqualTo(before);
    }

    @Test
    void cancelledLoadLeavesTheOldDatabase() throws IOException {
        makeRich("stop_shop", "stop", 2);
        String before = dumpOf("stop_shop");
        Path dump = staging.resolve("large.sql");
        try (BufferedWriter out = Files.newBufferedWriter(dump)) {
            out.write("CREATE TABLE t (a int AUTO_INCREMENT PRIMARY KEY, v text);\n");
            for (int i = 0; i < 20_000; i++) {
                out.write("INSERT INTO t (v) VALUES ('" + "x".repeat(500) + "');\n");
            }
        }
        CancellationSource cancellation = new CancellationSource();
        CompletableFuture<LoadReport> loading = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        loading.complete(
                                new MysqlLoad(mariadb.connect())
                                        .load(request("stop_shop", dump, cancellation)));
                    } catch (IOException | RuntimeException e) {
                        loading.completeExceptionally(e);
                    }
                });
        MariadbServer.await(() -> loading.isDone() || loadHasBegun());
        cancellation.request();
        assertThatThrownBy(loading::join).hasCauseInstanceOf(CancelledException.class);
        assertThat(dumpOf("stop_shop")).isEqualTo(before);
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'packhorse-%'")).isEmpty();
        assertThat(mariadb.rows("SELECT User FROM mysql.user WHERE User LIKE 'packhorse-%'"))
                .isEmpty();
    }

    private boolean loadHasBegun() {
        try {
            return !mariadb.rows(
                            "SELECT 1 FROM information_schema.PROCESSLIST WHERE USER LIKE"
                                    + " 'packhorse-load-%' AND INFO LIKE 'INSERT%'")
                    .isEmpty();
        } catch (MysqlException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The process dies at a point of the exchange: the session is gone, nothing was tidied up.
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nextRunGoesBackFromAKilledExchange(boolean objectsMade) throws IOException {
        String database = objectsMade ? "die_late" : "die_early";
        makeRich(database, "die", 2);
        String before = dumpOf(database);
        ExchangeNames names = ExchangeNames.of(database);
        mariadb.run(
                "CREATE DATABASE " + SqlText.name(names.fresh()),
                "CREATE TABLE " + SqlText.name(names.fresh()) + ".parent (other int)",
                "CREATE TABLE " + SqlText.name(names.fresh()) + ".fresh (a int)",
                "CREATE USER 'packhorse-load-0123456789ab'@localhost");
        try (MysqlSession session = MysqlSession.open(mariadb.settings())) {
            Exchange exchange = new Exchange(session, mariadb.connect().version(), names);
            TemporaryUser.lock(session, names.lock());
            assertThatThrownBy(() ->
                            exchange.run(
                                    database,
                                    UTF8,
                                    () -> {
                                        if (objectsMade) {
                                            session.execute(
                                                    "view",
                                                    "CREATE VIEW "
                                                            + database
                                                            + ".fresh_view AS SELECT 1 AS a");
                                        }
                                        throw new Died();
                                    }))
                    .isInstanceOf(Died.class);
            assertThat(
                            mariadb.rows(
                                    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE"
                                            + " TABLE_TYPE <> 'VIEW' AND TABLE_SCHEMA = '"
                                            + database
                                            + "'"))
                    .containsExactlyInAnyOrder("parent", "fresh");
            assertThatThrownBy(() -> dumpOf(database)).hasMessageContaining("being restored");
            // Its lock is still held: a run at work is left alone.
            mariadb.connect().recover();
            assertThat(mariadb.rows("SHOW DATABASES LIKE 'packhorse-journal-%'")).hasSize(1);
        }
        mariadb.connect().recover();
        assertThat(dumpOf(database)).isEqualTo(before);
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'packhorse-%'")).isEmpty();
        assertThat(mariadb.rows("SELECT User FROM mysql.user WHERE User LIKE 'packhorse-%'"))
                .isEmpty();
    }

    @Test
    void databaseThatOthersReferToIsNotReplaced() throws IOException {
        mariadb.run(
                "CREATE DATABASE ref_a",
                "CREATE TABLE ref_a.p (id int PRIMARY KEY)",
                "CREATE DATABASE ref_b",
                "CREATE TABLE ref_b.c (p int, FOREIGN KEY (p) REFERENCES ref_a.p (id))");
        assertThatThrownBy(() -> load("ref_a", dump("CREATE TABLE p (id int PRIMARY KEY);\n")))
                .isInstanceOf(MysqlException.class)
                .hasMessageContaining("ref_b");
        assertThat(mariadb.rows("SHOW DATABASES LIKE 'packhorse-%'")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\! touch MARK\n",
                "system touch MARK\n",
                "source MARK\n",
                "tee MARK\n",
                "DELIMITER \\! touch MARK\n",
                "USE mysql; DELETE FROM user;\n",
                "INSERT INTO mysql.global_priv VALUES ('%','evil','{}');\n",
                "CREATE USER evil IDENTIFIED BY 'x';\n",
                "GRANT ALL ON *.* TO evil;\n",
                "SET GLOBAL max_connections = 17;\n",
                "INSTALL SONAME 'ha_connect';\n",
                "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;\n",
                "SELECT 1 INTO OUTFILE 'MARK';\n",
                "INSERT INTO t VALUES (LENGTH(LOAD_FILE('/etc/passwd')));\n",
                "HANDLER mysql.user OPEN;\n",
                "DROP DATABASE victim_db;\n",
                "CREATE TRIGGER x BEFORE INSERT ON victim_db.t FOR EACH ROW SET @a = 1;\n",
                "CREATE TABLE `../../x` (a int); GRANT x TO y;\n",
            })
    void hostileDumpHasNoEffect(String statement) throws IOException {
        Path mark = staging.resolve("mark");
        mariadb.run("CREATE DATABASE IF NOT EXISTS victim_db");
        List<String> before = mariadb.census();
        Path dump = dump("CREATE TABLE t (a int);\n" + statement.replace("MARK", mark.toString()));
        assertThatThrownBy(() -> load("evil_db", dump)).isInstanceOf(MysqlDumpRefused.class);
        assertThat(mark).doesNotExist();
        assertThat(mariadb.census()).isEqualTo(before);
    }

    @Test
    void whatPassesTheScannerIsHeldByRights() throws IOException {
        mariadb.run(
                "CREATE DATABASE IF NOT EXISTS victim_two", "CREATE TABLE victim_two.t (a int)");
        List<String> before = mariadb.census();
        for (String statement :
                List.of(
                        "CREATE VIEW x AS SELECT * FROM victim_two.t;",
                        "CREATE TABLE x (a int, FOREIGN KEY (a) REFERENCES victim_two.t (a));")) {
            assertThatThrownBy(() -> load("evil_two", dump(statement + "\n")))
                    .as(statement)
                    .isInstanceOf(MysqlException.class);
            assertThat(mariadb.census()).isEqualTo(before);
        }
    }

    @Test
    void objectsOfRootBelongToTheAccountAfterwards() throws IOException {
        mariadb.run("CREATE USER own@localhost", "GRANT ALL ON `own\\_%`.* TO own@localhost");
        load(
                "own_db",
                dump(
                        "CREATE TABLE t (a int);\nDELIMITER ;;\n"
                                + "CREATE DEFINER=`root`@`localhost` TRIGGER tr BEFORE INSERT ON t"
                                + " FOR EACH ROW DELETE FROM mysql.global_priv;;\n"
                                + "CREATE DEFINER=root@localhost EVENT e ON SCHEDULE EVERY 1 DAY DO"
                                + " DELETE FROM mysql.global_priv;;\nDELIMITER ;\n"
                                + "CREATE DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW v AS"
                                + " SELECT a FROM t;\n"));
        assertThat(
                        mariadb.rows(
                                "SELECT DEFINER FROM information_schema.TRIGGERS WHERE"
                                        + " TRIGGER_SCHEMA = 'own_db' UNION ALL SELECT DEFINER FROM"
                                        + " information_schema.EVENTS WHERE EVENT_SCHEMA = 'own_db'"
                                        + " UNION ALL SELECT DEFINER FROM information_schema.VIEWS"
                                        + " WHERE TABLE_SCHEMA = 'own_db'"))
                .containsOnly("own@localhost")
                .hasSize(3);
        assertThatThrownBy(() -> mariadb.run("INSERT INTO own_db.t VALUES (1)"))
                .isInstanceOf(MysqlException.class)
                .hasMessageContaining("denied");
    }

    @Test
    void oddNamesOfHostileDumpsAreQuoted() throws IOException {
        load("quote_db", dump("CREATE TABLE `../x``; -- \n;` (a int);\n"));
        assertThat(mariadb.rows("SHOW TABLES FROM quote_db")).containsExactly("../x`; -- \n;");
        assertThatThrownBy(() ->
                        load("quote_db", dump("CREATE TABLE `" + "n".repeat(65) + "` (a int);\n")))
                .isInstanceOf(MysqlException.class);
        assertThat(mariadb.rows("SHOW TABLES FROM quote_db")).hasSize(1);
    }

    @Test
    void cutDumpIsRefusedWithoutEffect() throws IOException {
        makeRich("cut_shop", "cut", 2);
        String whole = dumpOf("cut_shop");
        List<String> before = mariadb.census();
        for (int part = 1; part < 8; part++) {
            Path dump = dump(whole.substring(0, whole.length() * part / 8));
            assertThatThrownBy(() -> load("cut_shop", dump)).isInstanceOf(MysqlDumpRefused.class);
        }
        assertThat(mariadb.census()).isEqualTo(before);
    }

    @Test
    void gzippedDumpIsRead() throws IOException {
        Path dump = staging.resolve("x.sql.gz");
        try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(dump))) {
            out.write(
                    "CREATE TABLE t (a int);\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(load("gz_db", dump).tables()).isEqualTo(1);
    }
}
