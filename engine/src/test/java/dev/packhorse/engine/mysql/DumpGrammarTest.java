package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every form of statement that a dump may have, and its neighbours that it may not have.
class DumpGrammarTest {
    private static final ServerVersion SERVER = ServerVersion.parse("10.11.19-MariaDB");
    private static final Collations COLLATIONS =
            new Collations(Set.of("utf8mb4_unicode_520_ci", "utf8mb4_bin"));

    private record Read(String tables, List<DumpedObject> objects) {}

    private static Read read(String dump) throws IOException {
        ByteArrayOutputStream tables = new ByteArrayOutputStream();
        List<DumpedObject> objects = new ArrayList<>();
        new DumpScanner(
                        new ByteArrayInputStream(dump.getBytes(StandardCharsets.UTF_8)),
                        "demo_shop",
                        SERVER,
                        COLLATIONS,
                        true,
                        tables,
                        objects::add)
                .scan();
        return new Read(tables.toString(StandardCharsets.UTF_8), objects);
    }

    private static String tables(String dump) throws IOException {
        return read(dump).tables().replaceAll("\\s+", " ").strip();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT LOW_PRIORITY INTO t VALUES (1);",
                "INSERT DELAYED t VALUES (1);",
                "REPLACE HIGH_PRIORITY INTO t VALUES (1);",
                "INSERT INTO t VALUES (4/2, 2*3, 1-1, 1--1, 'x''y', \"x\"\"y\", 'x\\'y');",
                "CREATE SEQUENCE `s` START WITH 1;",
                "CREATE UNIQUE INDEX i ON t (a);",
                "CREATE FULLTEXT INDEX i ON t (a);",
                "CREATE TABLE t (`directory` int, directory int, type int);",
                "ALTER IGNORE TABLE t ADD COLUMN b int;",
                "ALTER ONLINE TABLE t ADD COLUMN b int;",
                "ALTER TABLE t ENGINE = InnoDB;",
                "DROP TABLE IF EXISTS `t`, u;",
                "DROP SEQUENCE IF EXISTS `s`;",
                "DROP TABLE $a, a$b;",
                "DROP TABLE t WAIT 5 CASCADE;",
                "INSERT INTO t VALUES (\"x\\\"; DROP USER y; \");",
                "INSERT INTO t VALUES ('x\\\u0000y');",
                "ALTER TABLE t DROP COLUMN engine; CREATE TABLE connect (a int);",
                "START TRANSACTION;",
                "BEGIN;",
                "BEGIN WORK;",
                "COMMIT;",
                "COMMIT WORK;",
                "DO SETVAL(`s`, 5, 0);",
                "SELECT SETVAL(`s`, -5);"
            })
    void goesThrough(String dump) throws IOException {
        assertThat(tables(dump)).isEqualTo(dump);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE DATABASE IF NOT EXISTS demo_shop DEFAULT CHARACTER SET utf8mb4;",
                "CREATE SCHEMA demo_shop;",
                "ALTER DATABASE demo_shop CHARACTER SET utf8mb4;",
                "ALTER SCHEMA CHARACTER SET utf8mb4;",
                "ALTER DATABASE DEFAULT CHARACTER SET utf8mb4;",
                "DROP DATABASE IF EXISTS demo_shop;",
                "DROP SCHEMA demo_shop;",
                "DROP VIEW IF EXISTS v;",
                "DROP TRIGGER tr;",
                "DROP PROCEDURE p;",
                "DROP FUNCTION f;",
                "DROP EVENT e;",
                "DROP PACKAGE IF EXISTS p;",
                "DROP PACKAGE BODY p;",
                "LOCK TABLES t WRITE;",
                "LOCK TABLE t READ;",
                "UNLOCK TABLES;",
                "USE demo_shop;",
                "USE demo_shop and the rest of its line;",
                "SET @@GLOBAL.GTID_PURGED = (1, (2)), SQL_LOG_BIN = 0;",
                "-- nothing",
                "--",
                "# nothing",
                "/* a * b / c ** */",
                "/* a *\u0000 b */",
                "/*M plain */",
                "/*!999999 a /* b */ c * / */",
                "/*!999999 a /* b /* c */ d */",
                "/*!999999 a /*/ b */ DROP USER x; */",
                "DELIMITER //\n//\nDELIMITER ;\n"
            })
    void isLeftOut(String dump) throws IOException {
        assertThat(read(dump)).isEqualTo(new Read("", List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/*!50000 CREATE TABLE t (a int DEFAULT 2*3) */; | CREATE TABLE t (a int DEFAULT 2*3) ;",
                "CREATE TABLE t (a int /*!100100 NULL */); | CREATE TABLE t (a int NULL );",
                "CREATE TABLE t (a int /*!5000 NULL */); | CREATE TABLE t (a int 5000 NULL );",
                "CREATE TABLE t (a int /*!5000x NULL */); | CREATE TABLE t (a int 5000x NULL );",
                "CREATE TABLE t (a int /*M!100100 NULL */); | CREATE TABLE t (a int NULL );",
                "CREATE TABLE t (a int /*Mx*/); | CREATE TABLE t (a int );",
                "CREATE TABLE t (a int DEFAULT /*!1001000 */); | CREATE TABLE t (a int DEFAULT 0 );",
                "/*!50000 CREATE*/TABLE t (a int); | CREATE TABLE t (a int);",
                "CREATE/*!TABLE*/t (a int); | CREATE TABLE t (a int);",
                "CREATE/*!999999 x*/TABLE t (a int); | CREATE TABLE t (a int);",
                "CREATE/* x */TABLE t (a int); | CREATE TABLE t (a int);",
                "SET NAMES utf8; | SET NAMES utf8;",
                "SET NAMES DEFAULT; | SET NAMES utf8mb4;",
                "SET NAMES ''; | SET NAMES utf8mb4;",
                "SET NAMES utf8mb4 COLLATE utf8mb4_bin; | SET NAMES utf8mb4 COLLATE utf8mb4_bin;",
                "SET CHARACTER SET latin1; | SET NAMES latin1;",
                "SET CHARSET latin1; | SET NAMES latin1;",
                "SET SESSION sql_mode = ''; | SET SESSION sql_mode = '';",
                "SET LOCAL sql_mode = ''; | SET SESSION sql_mode = '';",
                "SET @@LOCAL.sql_mode := ''; | SET SESSION sql_mode = '';",
                "SET @@sql_mode = ''; | SET SESSION sql_mode = '';",
                "SET sql_notes = -1; | SET SESSION sql_notes = -1;",
                "SET @a = NULL; | SET @a = NULL;",
                "SET @a = @@SESSION.sql_mode; | SET @a = @@sql_mode;",
                "SET @a = @@GLOBAL.sql_mode; | SET @a = @@sql_mode;",
                "SET @a = @@session; | SET @a = @@session;",
                "SET @a = @b; | SET @a = @b;",
                "SET SQL_LOG_BIN = 0, sql_mode = ''; | SET SESSION sql_mode = '';",
                "SET @@GLOBAL.GTID_PURGED = (1, (2)), sql_mode = ''; | SET SESSION sql_mode = '';",
                "SET sql_mode='ANSI_QUOTES'; COMMIT; | COMMIT;",
                "SET collation_connection = @@collation_connection; | ~~"
            })
    void becomes(String dump, String wanted) throws IOException {
        assertThat(tables(dump)).isEqualTo(wanted == null ? "" : wanted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "`t` VALUES (1);",
                "'t';",
                "ALTER;",
                "ALTER VIEW v AS SELECT 1;",
                "ALTER SCHEMA other CHARACTER SET x;",
                "ALTER DATABASE;",
                "CREATE DATABASE 'demo_shop';",
                "CREATE DATABASE;",
                "CREATE UNIQUE TABLE t (a int);",
                "CREATE OR TABLE t (a int);",
                "CREATE ALGORITHM MERGE VIEW v AS SELECT 1;",
                "CREATE ALGORITHM=FAST VIEW v AS SELECT 1;",
                "CREATE SQL VIEW v AS SELECT 1;",
                "CREATE SQL SECURITY ROOT VIEW v AS SELECT 1;",
                "CREATE DEFINER root@localhost VIEW v AS SELECT 1;",
                "CREATE DEFINER=CURRENT_USER( VIEW v AS SELECT 1;",
                "CREATE TABLE 'x' (a int);",
                "CREATE TABLE demo_shop.'x' (a int);",
                "CREATE TABLE IF NOT t (a int);",
                "CREATE TABLE IF t (a int);",
                "CREATE TABLE t (a int) INDEX DIRECTORY='/etc';",
                "CREATE TABLE t (a int) TYPE=FEDERATED;",
                "CREATE TABLE t (a int DEFAULT @a);",
                "DROP ROLE r;",
                "DROP;",
                "LOCK INSTANCE FOR BACKUP;",
                "UNLOCK INSTANCE;",
                "USE 'demo_shop';",
                "START SLAVE;",
                "START TRANSACTION READ ONLY;",
                "START;",
                "BEGIN x;",
                "COMMIT AND;",
                "COMMIT AND CHAIN;",
                "DO SETVAL(`s`, abc);",
                "DO SETVAL(`s`, 'x');",
                "DO SETVAL(`s`, `t`);",
                "DO SETVAL(`s` + 1);",
                "SET;",
                "SET sql_mode;",
                "SET sql_mode = '' junk;",
                "SET sql_mode = ();",
                "SET sql_mode = 'a b;c';",
                "SET sql_mode = -abc;",
                "SET sql_mode = -",
                "SET 'sql_mode' = '';",
                "SET CHARACTER latin1;",
                "SET NAMES utf8 utf8;",
                "SET NAMES @never_seen;",
                "SET NAMES sjis;",
                "SET character_set_client = gbk;",
                "SET @`a b` = 1;",
                "SET @a = @`a b`;",
                "SET @a = @@`a b`;",
                "SET @a = 'ä ö';",
                "SET @a = `x y`;",
                "SET PERSIST_ONLY sql_mode = '';",
                "SET @@PERSIST.sql_mode = '';",
                "SET @@session = 1;",
                "SET sql_mode = \u00e4;",
                "DELIMITER $$\nDROP TABLE $a$$\n",
                "DELIMITER $\nINSERT INTO t VALUES (1); DROP USER x$\n",
                "DELIMITER |\nCREATE TABLE t (a int); DROP USER x|\n",
                "SET LOCAL general_log = 1;",
                "SET sql_mode='NO_BACKSLASH_ESCAPES'; INSERT INTO t VALUES ('x');",
                "SET sql_mode='ANSI_QUOTES'; CREATE TABLE t (a int);",
                "INSERT INTO t VALUES ('x\\",
                "INSERT INTO t VALUES ('x'",
                "INSERT INTO t VALUES (\"x",
                "INSERT INTO `t",
                "CREATE TABLE t (a int",
                "/*",
                "/*!999999 a /* b */",
                "DELIMITER \n",
                "DELIMITER /\n",
                "DELIMITER ;;;;;;;;;\n",
                "/*!50000 DELIMITER ;;\n */",
                "\u0000DROP USER x;",
                "USE `demo_``shop`;",
                "SET @a = 'x''y';",
                "SET @a = 'x\\'y';",
                "CREATE INDEX i ON t ((SELECT 1));",
            })
    void isRefused(String dump) {
        assertThatThrownBy(() -> read(dump)).isInstanceOf(MysqlDumpRefused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "INSERT INTO t VALUES ('x' | it ends in the middle of a statement",
                "INSERT INTO t VALUES ('x | it ends inside a quoted text",
                "INSERT INTO t VALUES ('x\\ | it ends inside a quoted text",
                "DROP; | DROP nothing",
                "SET GLOBAL general_log = 1; | SET GLOBAL general_log",
                "SET general_log = 1; | SET general_log",
                "\\! touch x | a command for the client program"
            })
    void aRefusalSaysWhatIsWrong(String dump, String why) {
        assertThatThrownBy(() -> read(dump)).hasMessageEndingWith(": " + why);
    }

    @Test
    void underAnsiQuotesDoubleQuotesAreOfNamesAndHaveNoEscapes() throws IOException {
        Read read = read("SET sql_mode = 'ANSI_QUOTES'; CREATE VIEW \"v\\\" AS SELECT 1; COMMIT;");
        assertThat(read.objects()).extracting(DumpedObject::name).containsExactly("v\\");
        assertThat(read.tables()).isEqualToIgnoringWhitespace("COMMIT;");
    }

    @Test
    void tabsAndReturnsPartWords() throws IOException {
        assertThat(tables("DROP\tTABLE\ra\f;\u000b\r\n")).isEqualTo("DROP TABLE a ;");
    }

    @Test
    void aDelimiterHasUpToEightCharacters() throws IOException {
        assertThat(tables("DELIMITER ;;;;;;;;\nDROP TABLE a;;;;;;;;\n")).isEqualTo("DROP TABLE a;");
    }

    /// What is behind the last word that is looked at would go unseen.
    @Test
    void aSetStatementHasNoMoreWordsThanAreLookedAt() throws IOException {
        String most = "SET @a = -1, @a = -1" + ", @a = 1".repeat(100);
        assertThat(tables(most + ";")).endsWith("SET @a = 1;");
        assertThatThrownBy(() -> read(most + ", @a = 1;")).hasMessageContaining("unusual length");
    }

    @Test
    void aTriggerHasNoMoreWordsBeforeItsTableThanItCanHave() throws IOException {
        String words = "CREATE TRIGGER tr a b c d e f g h i j k ";
        assertThat(read(words + "ON t SET @a = 1;").objects()).hasSize(1);
        assertThatThrownBy(() -> read(words + "l ON t SET @a = 1;"))
                .hasMessageContaining("a trigger without a table");
    }

    @Test
    void commentsStayInObjectsUnlessAServerWouldExecuteThem() throws IOException {
        Read read =
                read(
                        """
                        DELIMITER $$
                        CREATE PROCEDURE p() BEGIN /*M why */ /*a! how */ /*! /*M!100100 SELECT 4; */ */ END$$
                        /* left out */ CREATE TABLE t (a int)$$
                        """);
        assertThat(read.objects().getFirst().sql(new DumpedObject.Definer("demo", "localhost")))
                .contains("/*M why */ /*a! how */")
                .doesNotContain("SELECT 4");
        assertThat(read.tables()).isEqualToIgnoringWhitespace("CREATE TABLE t (a int);");
    }

    @Test
    void anObjectGetsTheCharacterSetAndCollationOfItsSession() throws IOException {
        DumpedObject.Context context =
                read("SET NAMES utf8mb4 COLLATE utf8mb4_bin; SET NAMES latin1 COLLATE latin1_bin;"
                                + " CREATE VIEW v AS SELECT 1;")
                        .objects()
                        .getFirst()
                        .context();
        assertThat(context.charset()).isEqualTo("latin1");
        assertThat(context.collation()).isEqualTo("latin1_bin");
        assertThat(
                        tables(
                                "SET NAMES latin1; SET @a = @@character_set_results; SET NAMES utf8;"
                                        + " SET character_set_results = @a;"))
                .endsWith("SET SESSION character_set_results = 'latin1';");
    }

    @Test
    void theSummaryTellsWhatIsThereAtTheEnd() throws IOException {
        DumpSummary summary =
                summary(
                        """
                        ALTER DATABASE demo_shop CHARACTER SET utf8mb4;
                        CREATE TABLE a (x int);
                        CREATE TABLE b (x int);
                        CREATE SEQUENCE s;
                        DROP TABLE b, s;
                        DROP VIEW IF EXISTS a;
                        CREATE VIEW v AS SELECT 1;
                        CREATE TRIGGER tr AFTER DELETE ON a FOR EACH ROW SET @a = 1;
                        CREATE PROCEDURE p() SELECT 1;
                        CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1;
                        """);
        assertThat(summary.tables()).containsExactly("a");
        assertThat(summary.sequences()).isEmpty();
        assertThat(summary.views()).containsExactly("v");
        assertThat(summary.triggers()).isEqualTo(1);
        assertThat(summary.routines()).isEqualTo(1);
        assertThat(summary.events()).isEqualTo(1);
        assertThat(summary.isDatabaseAltered()).isTrue();
        assertThat(summary("CREATE TABLE a (x int);").isDatabaseAltered()).isFalse();
    }

    @Test
    void aDumpThatWasCutNamesItsLastLine() {
        assertThatThrownBy(() -> read("-- MySQL dump 8\nCOMMIT;\n"))
                .isInstanceOfSatisfying(
                        MysqlDumpRefused.class, e -> assertThat(e.line()).isEqualTo(3));
    }

    private static DumpSummary summary(String dump) throws IOException {
        return new DumpScanner(
                        new ByteArrayInputStream(dump.getBytes(StandardCharsets.UTF_8)),
                        "demo_shop",
                        SERVER,
                        COLLATIONS,
                        false,
                        new ByteArrayOutputStream(),
                        _ -> {})
                .scan();
    }

    @Test
    void aPackageAndItsBodyAreObjects() throws IOException {
        List<DumpedObject> objects =
                read("""
                DELIMITER $$
                CREATE PACKAGE p AS x; END $$
                CREATE OR REPLACE DEFINER=CURRENT_USER() PACKAGE BODY p AS y; END $$
                CREATE DEFINER=some_role AGGREGATE FUNCTION f$() RETURN 1 $$
                """)
                        .objects();
        assertThat(objects)
                .extracting(DumpedObject::kind)
                .containsExactly(
                        DumpedObject.Kind.PACKAGE,
                        DumpedObject.Kind.PACKAGE_BODY,
                        DumpedObject.Kind.FUNCTION);
        assertThat(objects).allMatch(object -> object.definer().isEmpty());
    }

    @Test
    void aDelimiterOfDollarsMayFollowANameAtOnce() throws IOException {
        assertThat(tables("DELIMITER $$\nDROP TABLE a$$\n")).isEqualTo("DROP TABLE a;");
    }

    @Test
    void longWordsAndListsAreRefusedInShort() {
        assertThatThrownBy(() -> read("x".repeat(5_000) + ";"))
                .isInstanceOf(MysqlDumpRefused.class)
                .hasMessageEndingWith(" " + "X".repeat(30) + "…");
        assertThatThrownBy(() -> read("x".repeat(30) + ";"))
                .hasMessageEndingWith(" " + "X".repeat(30));
        assertThatThrownBy(() -> read("SET @a = 1" + ", @a = 1".repeat(200) + ";"))
                .isInstanceOf(MysqlDumpRefused.class);
    }

    @Test
    void ofALongTextOnlyTheBeginningIsKept() throws IOException {
        String table = "CREATE TABLE t (a int COMMENT '" + "x\\'".repeat(5_000) + "');";
        assertThat(tables(table)).isEqualTo(table);
    }

    @Test
    void aRefusedStatementMayBeTheLast() throws IOException {
        assertThat(summary("GRANT x").refusals()).hasSize(1);
    }

    @Test
    void aLongTableGoesThrough() throws IOException {
        String table = "CREATE TABLE t (a int" + ", b int".repeat(400) + ");";
        assertThat(tables(table)).isEqualTo(table);
    }
}
