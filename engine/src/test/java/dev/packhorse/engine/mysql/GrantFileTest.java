package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantFileTest {
    private static final String HASH = "*2E8C71DC7036710B1D01FBD93EBCCA83528E4036";
    private static final ServerVersion MARIADB = ServerVersion.parse("10.11.19-MariaDB");
    private static final AccountName DEMO = new AccountName("demo");

    private static final String REAL =
            """
            -- cPanel mysql backup
            GRANT USAGE ON *.* TO 'demo'@'localhost' IDENTIFIED BY PASSWORD '%1$s';
            GRANT ALL PRIVILEGES ON `demo\\_shop`.* TO 'demo'@'localhost';
            GRANT ALL PRIVILEGES ON `demo\\_%%`.* TO 'demo'@'localhost';
            GRANT USAGE ON *.* TO 'demo_app'@'localhost' IDENTIFIED BY PASSWORD '%1$s';
            GRANT SELECT, INSERT, UPDATE ON `demo\\_shop`.* TO 'demo_app'@'localhost';
            """
                    .formatted(HASH);

    private static GrantPolicy policy(String account, String... others) {
        return renaming(account, account, others);
    }

    private static GrantPolicy renaming(String from, String to, String... others) {
        AccountName name = new AccountName(to);
        return new GrantPolicy(
                DatabaseOwnership.of(name, List.of(others).stream().map(AccountName::new).toList()),
                new AccountRename(new AccountName(from), name),
                MARIADB);
    }

    private static List<GrantFile.UserGrants> restrict(GrantPolicy policy, String grants)
            throws MysqlException {
        return policy.restrict(GrantFile.parse(grants, ""));
    }

    @Test
    void realFileIsReadAndWrittenByteForByte() throws MysqlException {
        List<GrantFile.UserGrants> users = restrict(policy("demo"), REAL);
        assertThat(GrantFile.render(users)).isEqualTo(REAL);
    }

    @Test
    void hashesAreHexadecimalOfTheStoredText() throws MysqlException {
        List<GrantFile.UserGrants> users = restrict(policy("demo"), REAL);
        assertThat(GrantFile.renderHashes(users))
                .isEqualTo(
                        "{\"demo\":{\"localhost\":{\"auth_plugin\":\"mysql_native_password\",\"pass_hash\":\"2A32453843373144433730333637313042314430314642443933454243434138333532384534303336\"}},"
                                + "\"demo_app\":{\"localhost\":{\"auth_plugin\":\"mysql_native_password\",\"pass_hash\":\"2A32453843373144433730333637313042314430314642443933454243434138333532384534303336\"}}}");
    }

    private static DatabaseUser hash(GrantFile.Contents contents, String user, String host) {
        return java.util.Objects.requireNonNull(
                contents.hashes().get(new DumpedObject.Definer(user, host)));
    }

    @Test
    void hashesOfTheJsonWin() throws MysqlException {
        GrantFile.Contents contents =
                GrantFile.parse(
                        REAL,
                        "{\"demo\":{\"localhost\":{\"auth_plugin\":\"caching_sha2_password\","
                                + "\"pass_hash\":\"24412400FF\"}},\"demo_x\":{\"%\":{\"pass_hash\":"
                                + "\"2e8c71dc7036710b1d01fbd93ebcca83528e4036\"}}}");
        DatabaseUser demo = hash(contents, "demo", "localhost");
        assertThat(demo.plugin()).isEqualTo("caching_sha2_password");
        assertThat(demo.hash())
                .isEqualTo(ByteString.of(new byte[] {'$', 'A', '$', 0, (byte) 0xff}));
        DatabaseUser bare = hash(contents, "demo_x", "%");
        assertThat(bare.hashText()).isEqualTo(HASH);
    }

    @Test
    void toleratesQuotesCaseAndDamagedHashes() throws MysqlException {
        List<GrantFile.UserGrants> users =
                restrict(
                        policy("demo"),
                        "grant usage on *.* to `demo`@`10.0.0.%` identified by password '-"
                                + HASH.substring(1)
                                + "';\n"
                                + "GRANT ALL ON \"demo_shop\".* TO \"demo\"@\"10.0.0.%\"");
        assertThat(users).hasSize(1);
        assertThat(users.getFirst().user().hashText()).isEqualTo(HASH);
        assertThat(users.getFirst().grants())
                .containsExactly(
                        new Grant(
                                List.of(new Grant.Privilege("ALL PRIVILEGES", List.of())),
                                new Grant.Databases("demo\\_shop")));
    }

    @Test
    void whatIsNotTheAccountsIsRefusedAndListed() throws MysqlException {
        GrantPolicy policy = policy("demo");
        List<GrantFile.UserGrants> users =
                restrict(
                        policy,
                        """
                        GRANT USAGE ON *.* TO 'demo'@'localhost' IDENTIFIED BY PASSWORD '%1$s';
                        GRANT ALL PRIVILEGES ON *.* TO 'demo'@'localhost' WITH GRANT OPTION;
                        GRANT SELECT, FILE ON *.* TO 'demo'@'localhost';
                        GRANT SELECT ON `mysql`.* TO 'demo'@'localhost';
                        GRANT SELECT ON `%%`.* TO 'demo'@'localhost';
                        GRANT SELECT ON `demo%%`.* TO 'demo'@'localhost';
                        GRANT SELECT ON `d%%o\\_x`.* TO 'demo'@'localhost';
                        GRANT SELECT ON `mysql`.`user` TO 'demo'@'localhost';
                        GRANT SUPER ON `demo\\_x`.* TO 'demo'@'localhost';
                        GRANT PROXY ON 'root'@'localhost' TO 'demo'@'localhost';
                        GRANT `admin` TO 'demo'@'localhost';
                        GRANT USAGE ON *.* TO 'root'@'localhost' IDENTIFIED BY PASSWORD '%1$s';
                        GRANT USAGE ON *.* TO '%%'@'%%' IDENTIFIED BY PASSWORD '%1$s';
                        GRANT USAGE ON *.* TO 'demox'@'localhost' IDENTIFIED BY PASSWORD '%1$s';
                        GRANT USAGE ON *.* TO 'demo_a'@'l o;x' IDENTIFIED BY PASSWORD '%1$s';
                        GRANT USAGE ON *.* TO 'demo_a'@'localhost' IDENTIFIED BY 'clear';
                        GRANT SELECT ON `demo\\_x`.* TO 'demo'@'localhost'; DROP USER root;
                        CREATE USER 'demo_b'@'localhost';
                        GRANT SELECT ON `demo\\_ok`.* TO 'demo'@'localhost' WITH GRANT OPTION;
                        """
                                .formatted(HASH));
        assertThat(users).hasSize(1);
        assertThat(users.getFirst().user()).hasToString("demo@localhost");
        assertThat(users.getFirst().grants())
                .containsExactly(
                        new Grant(
                                List.of(new Grant.Privilege("SELECT", List.of())),
                                new Grant.Databases("demo\\_ok")));
        assertThat(policy.refused()).hasSize(18).noneMatch(each -> each.contains(HASH));
    }

    @Test
    void wildcardThatWouldReachAnotherAccountIsRefused() throws MysqlException {
        GrantPolicy policy = policy("demo", "demo_two", "other");
        List<GrantFile.UserGrants> users =
                restrict(
                        policy,
                        """
                        GRANT ALL PRIVILEGES ON `demo\\_%`.* TO 'demo'@'localhost';
                        GRANT ALL PRIVILEGES ON `demo\\_two\\_x`.* TO 'demo'@'localhost';
                        GRANT ALL PRIVILEGES ON `demo\\_three`.* TO 'demo'@'localhost';
                        GRANT ALL PRIVILEGES ON `demo\\_three`.* TO 'demo_two'@'localhost';
                        """);
        assertThat(users).hasSize(1);
        assertThat(users.getFirst().grants())
                .extracting(each -> each.scope().sql())
                .containsExactly("`demo\\_three`.*");
    }

    @Test
    void otherAccountNameChangesAllNames() throws MysqlException {
        List<GrantFile.UserGrants> users = restrict(renaming("demo", "web"), REAL);
        assertThat(GrantFile.render(users))
                .isEqualTo(REAL.replace("'demo", "'web").replace("`demo", "`web"));
    }

    @Test
    void narrowGrantsKeepTheirColumns() {
        GrantStatement statement =
                GrantParser.parse(
                        "GRANT SELECT (`a b`, c), INSERT ON TABLE `demo_x`.`t` TO `demo`@`%`");
        assertThat(statement.grants().getFirst().sql("demo", "%"))
                .isEqualTo("GRANT SELECT (`a b`, `c`), INSERT ON `demo_x`.`t` TO 'demo'@'%'");
        assertThat(
                        GrantParser.parse("GRANT EXECUTE ON PROCEDURE `demo_x`.`p` TO `demo`@`%`")
                                .grants()
                                .getFirst()
                                .sql("demo", "%"))
                .isEqualTo("GRANT EXECUTE ON PROCEDURE `demo_x`.`p` TO 'demo'@'%'");
    }

    @Test
    void damagedJsonIsNamed() {
        assertThatThrownBy(() -> GrantFile.parse("", "{oops"))
                .isInstanceOf(MysqlException.class)
                .hasMessageContaining("mysql.sql-auth.json");
    }

    @Test
    void longerAccountNameOwnsItsDatabases() {
        DatabaseOwnership ownership =
                DatabaseOwnership.of(DEMO, List.of(DEMO, new AccountName("demo_two")));
        assertThat(ownership.owns("demo")).isTrue();
        assertThat(ownership.owns("demo_shop")).isTrue();
        assertThat(ownership.owns("demo_two")).isFalse();
        assertThat(ownership.owns("demo_two_x")).isFalse();
        assertThat(ownership.owns("demo_twox")).isTrue();
        assertThat(ownership.owns("demoshop")).isFalse();
    }

    @Test
    void createFileIsReadAgain() {
        String text =
                CreateFile.render(
                        "demo_shop",
                        new DatabaseContents("latin1", "latin1_bin", 0, 0, List.of()),
                        MARIADB);
        String header =
                text.lines().filter(line -> line.contains("Database:")).findFirst().orElse("");
        assertThat(header.split("\\s+", -1)[4]).isEqualTo("demo_shop");
        assertThat(text)
                .contains(
                        "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `demo_shop` /*!40100 DEFAULT"
                                + " CHARACTER SET latin1 COLLATE latin1_bin */;\n\nUSE"
                                + " `demo_shop`;");
        assertThat(CreateFile.parse(text)).isEqualTo(new CreateFile("latin1", "latin1_bin"));
        assertThat(CreateFile.parse("")).isEqualTo(new CreateFile("", ""));
    }
}
