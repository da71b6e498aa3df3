package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.PostgresSettings;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Databases of an account on real servers, MariaDB and PostgreSQL, with everything in them that
/// databases of sites have; and what they are, as the servers' own dump programs say it.
final class AccountDatabases {
    static final String PASSWORD = "old pass";

    private final MariadbServer mariadb;
    private final dev.packhorse.engine.jdbc.PostgresServer postgres;

    AccountDatabases(MariadbServer mariadb, dev.packhorse.engine.jdbc.PostgresServer postgres) {
        this.mariadb = mariadb;
        this.postgres = postgres;
    }

    PostgresServer connectPostgres() throws IOException {
        return PostgresServer.probe(
                        PostgresSettings.of(
                                "127.0.0.1",
                                postgres.port(),
                                dev.packhorse.engine.jdbc.PostgresServer.USER,
                                new Secret(dev.packhorse.engine.jdbc.PostgresServer.PASSWORD)))
                .server()
                .orElseThrow();
    }

    /// Makes `NAME_shop` and `NAME_blog` with their users in MariaDB, `NAME_ledger` in PostgreSQL.
    void make(String user) throws IOException, SQLException {
        makeMariadb(user);
        runPostgres(
                "postgres",
                user,
                "CREATE ROLE NAME LOGIN PASSWORD 'old pass'",
                "CREATE ROLE NAME_app LOGIN PASSWORD 'old pass'",
                "CREATE DATABASE NAME_ledger OWNER NAME",
                "REVOKE CONNECT ON DATABASE NAME_ledger FROM PUBLIC",
                "GRANT CONNECT ON DATABASE NAME_ledger TO NAME_app",
                "GRANT NAME_app TO NAME");
        runPostgres(
                "NAME_ledger",
                user,
                "SET ROLE NAME",
                "CREATE TABLE mules (id serial PRIMARY KEY, name text UNIQUE, load jsonb)",
                "INSERT INTO mules (name, load) SELECT 'mule ' || i, '{\"kg\": [1, 2.5]}'"
                        + " FROM generate_series(1, 2000) i",
                "CREATE VIEW loud AS SELECT upper(name) FROM mules",
                "CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT 2*i'");
    }

    private void makeMariadb(String user) throws IOException {
        String[] statements = {
            "CREATE DATABASE NAME_shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            "CREATE DATABASE NAME_blog CHARACTER SET latin1",
            "CREATE USER NAME@localhost IDENTIFIED BY 'old pass'",
            "CREATE USER NAME_app@localhost IDENTIFIED BY 'old pass'",
            "GRANT ALL ON `NAME\\_%`.* TO NAME@localhost",
            "GRANT SELECT, INSERT ON `NAME\\_shop`.* TO NAME_app@localhost",
            "CREATE TABLE NAME_shop.item (id int AUTO_INCREMENT PRIMARY KEY, name varchar(80),"
                    + " net decimal(9,2), gross decimal(9,2) AS (net * 1.19) STORED, raw blob,"
                    + " made timestamp(6) NULL, KEY (name))",
            "CREATE TABLE NAME_shop.sale (item int, FOREIGN KEY (item) REFERENCES"
                    + " NAME_shop.item (id))",
            "INSERT INTO NAME_shop.item (name, net, raw, made) SELECT CONCAT('p\u00e4ck ''\"\\n;', seq),"
                    + " seq / 7, UNHEX(SHA2(seq, 256)), '2026-01-02 03:04:05.678901' FROM"
                    + " NAME_shop.seq_1_to_3000",
            "INSERT INTO NAME_shop.sale SELECT seq FROM NAME_shop.seq_1_to_500",
            "CREATE DEFINER=NAME@localhost VIEW NAME_shop.dear AS SELECT id, gross FROM"
                    + " NAME_shop.item WHERE net > 100",
            "CREATE DEFINER=NAME@localhost FUNCTION NAME_shop.twice(a int) RETURNS int DETERMINISTIC"
                    + " RETURN 2 * a",
            "CREATE DEFINER=NAME@localhost TRIGGER NAME_shop.named BEFORE INSERT ON NAME_shop.item"
                    + " FOR EACH ROW SET NEW.name = IFNULL(NEW.name, 'none')",
            "CREATE DEFINER=NAME@localhost EVENT NAME_shop.tidy ON SCHEDULE EVERY 1 DAY STARTS"
                    + " '2030-01-01 00:00:00' DO DELETE FROM sale WHERE item IS NULL",
            "CREATE TABLE NAME_blog.post (body text) ENGINE=MyISAM",
            "INSERT INTO NAME_blog.post VALUES ('caf\u00e9'), (NULL)",
        };
        UnaryOperator<String> named = each -> each.replace("NAME", user);
        mariadb.run(java.util.stream.Stream.of(statements).map(named).toArray(String[]::new));
    }

    void runPostgres(String database, String user, String... statements) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + database;
        try (Connection connection =
                        DriverManager.getConnection(
                                url.replace("NAME", user),
                                dev.packhorse.engine.jdbc.PostgresServer.USER,
                                dev.packhorse.engine.jdbc.PostgresServer.PASSWORD);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql.replace("NAME", user));
            }
        }
    }

    /// Definitions, rows, rights and what else dumps tell, with the account's name as `NAME`.
    List<String> facts(String user) throws IOException {
        List<String> facts = new ArrayList<>();
        for (String database : List.of("_shop", "_blog")) {
            facts.addAll(mariadbDump(user + database));
        }
        for (String login : List.of("@localhost", "_app@localhost")) {
            facts.addAll(mariadb.rows("SHOW GRANTS FOR " + user + login));
        }
        facts.addAll(postgresDump(user + "_ledger"));
        return facts.stream()
                // a trigger may name its own database or not
                .map(line -> line.contains(" TRIGGER ") ? line.replace(user + "_shop.", "") : line)
                .map(line -> line.replaceAll("\\b" + user + "(?=\\b|_|\\\\_)", "NAME"))
                .toList();
    }

    private List<String> mariadbDump(String database) throws IOException {
        return output(
                "MYSQL_PWD",
                MariadbServer.ADMIN_PASSWORD,
                List.of(
                        "mariadb-dump",
                        "--no-defaults",
                        "--protocol=tcp",
                        "--host=127.0.0.1",
                        "--port=" + mariadb.address().port(),
                        "--user=root",
                        "--routines",
                        "--triggers",
                        "--events",
                        "--skip-dump-date",
                        "--skip-extended-insert",
                        "--order-by-primary",
                        "--hex-blob",
                        "--databases",
                        database));
    }

    List<String> postgresDump(String database) throws IOException {
        return output(
                        "PGPASSWORD",
                        dev.packhorse.engine.jdbc.PostgresServer.PASSWORD,
                        List.of(
                                "pg_dump",
                                "--host=127.0.0.1",
                                "--port=" + postgres.port(),
                                "--username=" + dev.packhorse.engine.jdbc.PostgresServer.USER,
                                "--create",
                                database))
                .stream()
                // a word that is drawn for each dump
                .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
                .toList();
    }

    private static List<String> output(String variable, String password, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(variable, password);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command.getFirst() + ": " + output);
        }
        return output.lines().toList();
    }

    /// Whether each user logs in with the password it always had.
    boolean allLogIn(String user) throws SQLException {
        return mariadb.logsIn(user, PASSWORD)
                && mariadb.logsIn(user + "_app", PASSWORD)
                && logsIntoPostgres(user, user)
                && logsIntoPostgres(user, user + "_app");
    }

    private boolean logsIntoPostgres(String user, String role) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + user + "_ledger";
        try (Connection connection = DriverManager.getConnection(url, role, PASSWORD)) {
            return connection.isValid(10);
        } catch (SQLException e) {
            if ("28P01".equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /// Takes all of it away again.
    void drop(String user) throws IOException {
        DatabaseOwnership ownership =
                DatabaseOwnership.of(new AccountName(user), List.of(new AccountName(user)));
        mariadb.connect().dropAll(ownership);
        connectPostgres().dropAll(ownership);
    }
}
