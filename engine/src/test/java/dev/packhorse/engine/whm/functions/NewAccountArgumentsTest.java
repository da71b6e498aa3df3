package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Arguments of `createacct` beyond the plainest ones, and how many accounts a reseller may make.
class NewAccountArgumentsTest {
    private static final Caller SAM =
            new Caller("sam", Set.of("create-acct", "viewglobalpackages"), "t", "192.0.2.9");

    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("sam", "root");
        server.folder("var/cpanel/features");
        server.rootFile("etc/.pwd.lock", "");
        server.rootFile("etc/shadow", "root:*:1:0:99999:7:::\n");
        server.rootFile("etc/userdomains", "sam.example: sam\n*: nobody\n");
        server.rootFile("etc/localdomains", "sam.example\n");
        server.rootFile("var/cpanel/features/basic", "cron=0\n");
    }

    private Account account(String name) throws IOException {
        return server.accounts.find(new AccountName(name)).orElseThrow();
    }

    @Test
    void settingsOfTheAccountWinOverThePackages() throws Exception {
        Answer answer =
                server.call(
                        "createacct",
                        "username=NewBie",
                        "domain=newbie.example",
                        "password=open sesame",
                        "bwlimit=100",
                        "cpmod=jupiter",
                        "featurelist=basic",
                        "language=pt_br",
                        "mailbox_format=mdbox",
                        "max_defer_fail_percentage=20",
                        "max_email_per_hour=50",
                        "max_emailacct_quota=unlimited",
                        "max_team_users=3",
                        "mxcheck=remote",
                        "spamassassin=0",
                        "showpass=n",
                        "frontpage=1");

        assertThat(answer.warnings()).isEmpty();
        assertThat(account("newbie").settings())
                .containsEntry("BWLIMIT", "104857600")
                .containsEntry("RS", "jupiter")
                .containsEntry("FEATURELIST", "basic")
                .containsEntry("LOCALE", "pt_br")
                .containsEntry("MAILBOX_FORMAT", "mdbox")
                .containsEntry("MAX_DEFER_FAIL_PERCENTAGE", "20")
                .containsEntry("MAX_EMAIL_PER_HOUR", "50")
                .containsEntry("MAX_EMAILACCT_QUOTA", "unlimited")
                .containsEntry("MAX_TEAM_USERS", "3")
                .containsEntry("MXCHECK-newbie.example", "remote");
        assertThat(root.resolve("etc/remotedomains")).hasContent("newbie.example\n");
        assertThat(root.resolve("etc/localdomains")).hasContent("sam.example\n");
    }

    private Answer withMailRecords() throws WhmException {
        return server.call(
                "createacct",
                "username=newbie",
                "domain=newbie.example",
                "password=open sesame",
                "dkim=1",
                "spf=1",
                "dmarc=1",
                "useregns=1");
    }

    @Test
    void recordsThatOtherServersJudgeMailByAreMade() throws Exception {
        server.folder("var/named");
        server.rootFile(
                "etc/wwwacct.conf", "ADDR 192.0.2.1\nNS ns1.host.example\nNS2 ns2.host.example\n");

        assertThat(withMailRecords().warnings())
                .singleElement()
                .asString()
                .startsWith("useregns: not done");

        String zone = Files.readString(root.resolve("var/named/newbie.example.db"));
        assertThat(zone)
                .contains("v=spf1 +a +mx +ip4:192.0.2.1 ~all")
                .contains("_dmarc IN TXT \"v=DMARC1; p=none;\"")
                .contains("default._domainkey");
        String publicKey =
                Files.readString(root.resolve("var/cpanel/domain_keys/public/newbie.example"))
                        .replaceAll("-----[A-Z ]+-----|\\s", "");
        assertThat(zone.replaceAll("\"\\s*\"", "")).contains("v=DKIM1; k=rsa; p=" + publicKey);
        Path key = root.resolve("var/cpanel/domain_keys/private/newbie.example");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(account("newbie").settings())
                .containsEntry("HASDKIM", "1")
                .containsEntry("HASSPF", "1");

        server.call("removeacct", "username=newbie");
        assertThat(key).doesNotExist();
    }

    @Test
    void whatANewAccountLacksOfTheOrderIsTold() throws Exception {
        assertThat(withMailRecords().warnings())
                .hasSize(2)
                .anyMatch(each -> each.startsWith("records for mail are not made"))
                .anyMatch(each -> each.startsWith("useregns: not done"));
        assertThat(account("newbie").settings())
                .containsEntry("MXCHECK-newbie.example", "local")
                .doesNotContainKey("MAILBOX_FORMAT");
        assertThat(root.resolve("etc/localdomains")).content().contains("newbie.example\n");
    }

    private void make(Caller caller, String name) throws WhmException {
        server.callAs(
                caller,
                "createacct",
                "username=" + name,
                "domain=" + name + ".example",
                "password=open sesame");
    }

    @Test
    void aResellerMakesAsManyAccountsAsItMayHaveAndRootMore() throws Exception {
        make(SAM, "one");
        make(SAM, "two");
        assertThatThrownBy(() -> make(SAM, "three"))
                .isInstanceOf(WhmException.class)
                .hasMessage(
                        "You have 2 accounts and may have 2; remove one, or have the server's"
                                + " administrator allow more.");
        assertThat(Files.exists(root.resolve("var/cpanel/users/three"))).isFalse();

        server.call("removeacct", "username=one");
        make(SAM, "three");
        server.call(
                "createacct",
                "username=four",
                "domain=four.example",
                "password=open sesame",
                "owner=sam");
        assertThatThrownBy(() -> make(SAM, "five")).hasMessageContaining("You have 3 accounts");
    }
}
