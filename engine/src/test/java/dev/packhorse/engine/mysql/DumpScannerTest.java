package dev.packhorse.engine.mysql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpScannerTest {
    private static final ServerVersion MARIADB = ServerVersion.parse("10.11.19-MariaDB");
    private static final ServerVersion MYSQL = ServerVersion.parse("8.0.36");
    private static final Collations COLLATIONS =
            new Collations(Set.of("utf8mb4_unicode_520_ci", "utf8mb4_bin"));

    private record Scanned(String tables, List<DumpedObject> objects, DumpSummary summary) {}

    private static Scanned scan(String dump, ServerVersion server) throws IOException {
        ByteArrayOutputStream tables = new ByteArrayOutputStream();
        List<DumpedObject> objects = new ArrayList<>();
        DumpSummary summary =
                new DumpScanner(
                                new ByteArrayInputStream(dump.getBytes(UTF_8)),
                                "demo_shop",
                                server,
                                COLLATIONS,
                                true,
                                tables,
                                objects::add)
                        .scan();
        return new Scanned(tables.toString(UTF_8), objects, summary);
    }

    private static String tables(String dump) throws IOException {
        return scan(dump, MARIADB).tables();
    }

    private static DumpedObject object(String dump) throws IOException {
        List<DumpedObject> objects = scan(dump, MARIADB).objects();
        assertThat(objects).hasSize(1);
        return objects.getFirst();
    }

    private static final DumpedObject.Definer OWNER = new DumpedObject.Definer("demo", "localhost");

    @Test
    void rowsGoThroughAsTheyAre() throws IOException {
        String rows =
                "INSERT INTO `t` VALUES (1,'a;b\\'c''d\\\\','-- x /*!50000 y*/',0xFF,NULL);\n";
        assertThat(tables(rows).strip()).isEqualTo(rows.strip());
    }

    @Test
    void bytesThatAreNoUtf8GoThrough() throws IOException {
        byte[] rows = "INSERT INTO `t` VALUES ('\u00e9\u0080\u0000\u00ff');\n".getBytes(ISO_8859_1);
        ByteArrayOutputStream tables = new ByteArrayOutputStream();
        new DumpScanner(
                        new ByteArrayInputStream(rows),
                        "d",
                        MARIADB,
                        COLLATIONS,
                        true,
                        tables,
                        _ -> {})
                .scan();
        assertThat(tables.toByteArray()).isEqualTo(rows);
    }

    @Test
    void commentsAndDelimitersAreLeftOut() throws IOException {
        assertThat(
                        tables(
                                """
                                -- a
                                # b
                                /* c ; */ DELIMITER ;;
                                CREATE TABLE `t` (`a` int -- d
                                ) /* e */;;
                                DELIMITER ;
                                """))
                .isEqualToIgnoringWhitespace("CREATE TABLE `t` (`a` int );");
    }

    @Test
    void conditionalCommentsAreUnwrappedAsTheServerReadsThem() throws IOException {
        String dump =
                "CREATE TABLE `t` (`a` int) /*!40100 DEFAULT CHARSET=latin1 */"
                        + "/*!80016 ENCRYPTION='N' */ /*M!100100 PAGE_CHECKSUM=1 */"
                        + " /*M!999999 NO */ /*! COMMENT='x' */;";
        assertThat(tables(dump))
                .contains("DEFAULT CHARSET=latin1", "PAGE_CHECKSUM=1", "COMMENT='x'")
                .doesNotContain("ENCRYPTION", "NO", "/*");
        assertThat(scan(dump, MYSQL).tables())
                .contains("DEFAULT CHARSET=latin1", "ENCRYPTION='N'", "COMMENT='x'")
                .doesNotContain("PAGE_CHECKSUM", "NO", "/*");
    }

    @Test
    void whatTheServerSkipsCannotHideAStatement() {
        assertThatThrownBy(() -> tables("/*!99999 INSERT INTO t VALUES (1) */ DROP USER x;"))
                .isInstanceOf(MysqlDumpRefused.class)
                .hasMessageContaining("DROP USER");
        assertThatThrownBy(() -> tables("INSERT INTO `t` VALUES (1/*!50000 ; */);"))
                .isInstanceOf(MysqlDumpRefused.class);
    }

    @Test
    void sandboxLineIsLeftOut() throws IOException {
        assertThat(tables("/*M!999999\\- enable the sandbox mode */ \nCREATE TABLE `t` (a int);\n"))
                .isEqualToIgnoringWhitespace("CREATE TABLE `t` (a int);");
        assertThat(tables("/*!999999\\- enable the sandbox mode */;\n")).isBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\! touch /tmp/x",
                "INSERT INTO `t` VALUES (1) \\g",
                "system touch /tmp/x;",
                "source /etc/passwd;",
                "tee /tmp/x;",
                "pager touch /tmp/x;",
                "use mysql;",
                "USE `other`;",
                "DELIMITER '\nSELECT 1'",
                "DELIMITER abc\n",
                "DELIMITER \\\n",
                "CREATE USER x IDENTIFIED BY 'y';",
                "ALTER USER root IDENTIFIED BY 'y';",
                "GRANT ALL ON *.* TO x;",
                "REVOKE ALL ON *.* FROM x;",
                "SET GLOBAL general_log = 1;",
                "SET @@GLOBAL.general_log_file = '/tmp/x';",
                "SET PASSWORD = 'x';",
                "SET ROLE admin;",
                "SET STATEMENT max_statement_time=1 FOR DROP USER x;",
                "SET sql_mode = (SELECT 1);",
                "SET sql_mode = @never_seen;",
                "SET NAMES gbk;",
                "SET PERSIST max_connections = 1;",
                "INSTALL PLUGIN x SONAME 'x.so';",
                "CREATE FUNCTION f RETURNS STRING SONAME 'x.so';",
                "LOAD DATA INFILE '/etc/passwd' INTO TABLE t;",
                "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;",
                "SELECT 1 INTO OUTFILE '/tmp/x';",
                "SELECT SETVAL(1), LOAD_FILE('/etc/passwd');",
                "DO SLEEP(1);",
                "INSERT INTO t VALUES (LOAD_FILE('/etc/passwd'));",
                "INSERT INTO t VALUES (load_file ('/etc/passwd'));",
                "INSERT INTO t SELECT * FROM mysql.user;",
                "INSERT INTO mysql.user VALUES (1);",
                "INSERT INTO `mysql` . `user` VALUES (1);",
                "INSERT INTO t VALUES (@@datadir);",
                "REPLACE INTO `mysql`.`proc` VALUES (1);",
                "HANDLER t OPEN;",
                "CALL p();",
                "PREPARE s FROM 'x';",
                "CREATE DATABASE other;",
                "DROP DATABASE other;",
                "ALTER DATABASE other CHARACTER SET latin1;",
                "CREATE TABLE `other`.`t` (a int);",
                "CREATE TABLE t SELECT * FROM mysql.user;",
                "CREATE TABLE t (a int) DATA DIRECTORY='/etc';",
                "CREATE TABLE t (a int) ENGINE=FEDERATED CONNECTION='mysql://x';",
                "CREATE TABLE t (a int) ENGINE='CONNECT' FILE_NAME='/etc/passwd';",
                "CREATE TEMPORARY TABLE t (a int);",
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'x');",
                "CREATE TABLESPACE x ADD DATAFILE 'x.ibd';",
                "ALTER TABLE t RENAME TO mysql.user;",
                "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE x;",
                "DROP TABLE mysql.user;",
                "DROP TABLE t, mysql.user;",
                "DROP USER root;",
                "CREATE VIEW `other`.`v` AS SELECT 1;",
                "CREATE VIEW v AS SELECT LOAD_FILE('/etc/passwd');",
                "UPDATE t SET a = 1;",
                "FLUSH PRIVILEGES;",
                "SHUTDOWN;",
                "BEGIN NOT ATOMIC DROP USER x; END;",
                "DELIMITER //\nINSERT INTO t VALUES (1); DROP USER x//\n",
                "SET sql_mode='ANSI_QUOTES'; INSERT INTO t VALUES (\"x\");",
                "INSERT INTO t VALUES ('open",
                "INSERT INTO t VALUES (1)",
                "/* open",
                "/*!50000 SELECT 1",
            })
    void isRefused(String dump) {
        assertThatThrownBy(() -> scan(dump, MARIADB)).isInstanceOf(MysqlDumpRefused.class);
        assertThatThrownBy(() -> scan(dump, MYSQL)).isInstanceOf(MysqlDumpRefused.class);
    }

    @Test
    void refusalNamesTheLine() {
        assertThatThrownBy(() -> tables("CREATE TABLE `t` (\n a int);\n\nGRANT ALL ON *.* TO x;"))
                .isInstanceOfSatisfying(
                        MysqlDumpRefused.class, e -> assertThat(e.line()).isEqualTo(4))
                .hasMessageContaining("line 4")
                .hasMessageContaining("GRANT");
    }

    @Test
    void valuesAndQuotedNamesAreNoStatements() throws IOException {
        String dump =
                """
                CREATE TABLE `outfile` (`load_file` int COMMENT 'INTO OUTFILE \\\\! SONAME');
                INSERT INTO `outfile` VALUES ('; GRANT ALL', "\\\\! x");
                """;
        assertThat(tables(dump)).isEqualToIgnoringWhitespace(dump);
    }

    @Test
    void ownNameInFrontIsTakenAway() throws IOException {
        assertThat(
                        tables(
                                "USE `demo_shop`;CREATE DATABASE IF NOT EXISTS `demo_shop`;"
                                        + "CREATE TABLE IF NOT EXISTS `demo_shop`.`t` (a int);"
                                        + "INSERT IGNORE INTO demo_shop.t VALUES (1);"))
                .isEqualToIgnoringWhitespace(
                        "CREATE TABLE IF NOT EXISTS `t` (a int); INSERT IGNORE INTO t VALUES (1);");
    }

    @Test
    void replicationSettingsAreLeftOut() throws IOException {
        assertThat(
                        tables(
                                "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;"
                                        + "SET @@SESSION.SQL_LOG_BIN= 0;"
                                        + "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a-b:1-9';"))
                .isEqualToIgnoringWhitespace("SET @MYSQLDUMP_TEMP_LOG_BIN = @@SQL_LOG_BIN;");
    }

    @Test
    void collationsTheServerLacksAreReplaced() throws IOException {
        assertThat(
                        tables(
                                "CREATE TABLE `t` (`utf8mb4_0900_ai_ci` text COLLATE"
                                        + " utf8mb4_0900_ai_ci, b text COLLATE utf8mb4_0900_bin)"
                                        + " COLLATE=utf8mb4_uca1400_ai_ci;"))
                .contains("`utf8mb4_0900_ai_ci` text COLLATE utf8mb4_unicode_520_ci")
                .contains("b text COLLATE utf8mb4_bin")
                .contains(") COLLATE=utf8mb4_unicode_520_ci;");
    }

    @Test
    void triggerOfADumpProgramBecomesOneStatementOfTheNewOwner() throws IOException {
        DumpedObject trigger =
                object(
                        """
                        /*!50003 SET @saved_sql_mode = @@sql_mode */ ;
                        /*!50003 SET sql_mode = 'NO_BACKSLASH_ESCAPES,NO_SUCH_MODE' */ ;
                        /*!50003 SET character_set_client = latin1 */ ;
                        DELIMITER ;;
                        /*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER `tr` \
                        BEFORE INSERT ON `t` FOR EACH ROW BEGIN /* why */ SET new.a = 'x\\'; END */;;
                        DELIMITER ;
                        /*!50003 SET sql_mode = @saved_sql_mode */ ;
                        CREATE TABLE `after` (a int COMMENT 'x\\'');
                        """);
        assertThat(trigger.sql(OWNER).strip())
                .isEqualTo(
                        "CREATE DEFINER=`demo`@`localhost` TRIGGER `tr` BEFORE INSERT ON `t` FOR"
                                + " EACH ROW BEGIN /* why */ SET new.a = 'x\\'; END");
        assertThat(trigger.definer()).hasValue(new DumpedObject.Definer("root", "%"));
        assertThat(trigger.context().sqlMode()).isEqualTo("NO_BACKSLASH_ESCAPES");
        assertThat(trigger.context().charset()).isEqualTo("latin1");
    }

    /// The server keeps the text of a trigger as it was typed.
    @Test
    void theTableOfATriggerIsInTheDatabaseThatIsLoaded() throws IOException {
        DumpedObject trigger =
                object(
                        "CREATE TRIGGER demo_shop.`tr` AFTER DELETE ON `demo_shop`.t FOR EACH ROW SET @a = 1;");
        assertThat(trigger.sql(OWNER))
                .endsWith(" TRIGGER `tr` AFTER DELETE ON t FOR EACH ROW SET @a = 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TRIGGER tr AFTER DELETE ON other.t FOR EACH ROW SET @a = 1; | in another database",
                "CREATE TRIGGER tr AFTER DELETE; | without a table",
                "CREATE TRIGGER tr AFTER 'x' ON t FOR EACH ROW SET @a = 1; | without a table",
                "CREATE TRIGGER tr a b c d e f g h i j k l m ON t SET @a = 1; | without a table"
            })
    void aTriggerOnSomethingElseIsRefused(String dump, String why) {
        assertThatThrownBy(() -> object(dump)).hasMessageContaining(why);
    }

    @Test
    void viewKeepsItsOptions() throws IOException {
        DumpedObject view =
                object(
                        """
                        /*!50001 CREATE ALGORITHM=MERGE */
                        /*!50013 DEFINER=`x`@`y` SQL SECURITY INVOKER */
                        /*!50001 VIEW `v` AS select 1 AS `a` */;
                        """);
        assertThat(view.sql(OWNER))
                .startsWith(
                        "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`demo`@`localhost` SQL SECURITY"
                                + " INVOKER VIEW")
                .contains("`v` AS select 1 AS `a`");
        assertThat(view.name()).isEqualTo("v");
    }

    @Test
    void secondDefinerInABodyStaysBody() throws IOException {
        DumpedObject procedure =
                object(
                        "DELIMITER $$\nCREATE DEFINER=root@localhost PROCEDURE p() BEGIN SELECT"
                                + " 1; /*!50017 SELECT 2; */ /*! /*!50000 SELECT 3; */ */ END$$\n");
        assertThat(procedure.sql(OWNER))
                .startsWith("CREATE DEFINER=`demo`@`localhost` PROCEDURE ")
                .contains("SELECT 2;")
                .doesNotContain("/*!");
    }

    @Test
    void cutDumpOfADumpProgramIsRefused() {
        assertThatThrownBy(() ->
                        tables(
                                "-- MariaDB dump 10.19\nCREATE TABLE `t` (a int);\n"
                                        + "-- Dump comp"))
                .isInstanceOf(MysqlDumpRefused.class)
                .hasMessageContaining("completion line");
    }

    @Test
    void lenientReadingCountsOnPastRefusals() throws IOException {
        DumpSummary summary =
                new DumpScanner(
                                new ByteArrayInputStream(
                                        """
                                        CREATE TABLE `a` (x int);
                                        DELIMITER ;;
                                        CREATE PROCEDURE p() BEGIN SELECT 1 INTO OUTFILE 'x'; END;;
                                        DELIMITER ;
                                        CREATE TABLE `b` (x int);
                                        -- Dump completed
                                        """
                                                .getBytes(UTF_8)),
                                "demo_shop",
                                MARIADB,
                                COLLATIONS,
                                false,
                                OutputStream.nullOutputStream(),
                                _ -> {})
                        .scan();
        assertThat(summary.tables()).containsExactly("a", "b");
        assertThat(summary.refusals()).hasSize(1);
        assertThat(summary.isCompleted()).isTrue();
    }

    @Test
    void oneStatementOf64MiBNeedsNoMemory() throws IOException {
        long size = 64L * 1024 * 1024;
        AtomicLong written = new AtomicLong();
        long before = usedAfterCollection();
        AtomicLong peak = new AtomicLong();
        OutputStream tables =
                new OutputStream() {
                    @Override
                    public void write(int value) {
                        written.incrementAndGet();
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        long now = written.addAndGet(length);
                        if (now / (16 * 1024 * 1024) > (now - length) / (16 * 1024 * 1024)) {
                            peak.accumulateAndGet(usedAfterCollection(), Math::max);
                        }
                    }
                };
        InputStream dump =
                new SequenceInputStream(
                        new SequenceInputStream(
                                new ByteArrayInputStream("INSERT INTO t VALUES ('".getBytes(UTF_8)),
                                new Zeros(size)),
                        new ByteArrayInputStream("');".getBytes(UTF_8)));
        new DumpScanner(dump, "d", MARIADB, COLLATIONS, true, tables, _ -> {}).scan();
        assertThat(written.get()).isGreaterThan(size);
        assertThat(peak.get() - before).isLessThan(8L * 1024 * 1024);
    }

    @Test
    void statementThatMustBeHeldWholeHasALimit() {
        InputStream dump =
                new SequenceInputStream(
                        new ByteArrayInputStream("CREATE TABLE t (a int COMMENT '".getBytes(UTF_8)),
                        new Zeros(20L * 1024 * 1024));
        assertThatThrownBy(() ->
                        new DumpScanner(
                                        dump,
                                        "d",
                                        MARIADB,
                                        COLLATIONS,
                                        true,
                                        OutputStream.nullOutputStream(),
                                        _ -> {})
                                .scan())
                .isInstanceOf(MysqlDumpRefused.class)
                .hasMessageContaining("16 MiB");
    }

    private static long usedAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// So many letters.
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long left) {
            this.left = left;
        }

        @Override
        public int read() {
            return left-- > 0 ? 'x' : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            Arrays.fill(bytes, offset, offset + count, (byte) 'x');
            left -= count;
            return count;
        }
    }
}
