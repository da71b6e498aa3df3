package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AccountAdministrationTest {
    private static final Caller RITA =
            new Caller("rita", Set.of("suspend-acct", "list-accts"), "", "127.0.0.1");

    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.account("rita", "rita");
        server.account("carol", "rita");
        server.rootFile("etc/shells", "/bin/bash\n/bin/sh\n");
        server.rootFile(
                "etc/shadow",
                "alice:$6$salt$hashhashhash:1:0:99999:7:::\ncarol:!:1:0:99999:7:::\n");
    }

    private String shadow(String user) throws IOException {
        return line("etc/shadow", user).split(":", -1)[1];
    }

    private String shell(String user) throws IOException {
        return line("etc/passwd", user).split(":", -1)[6];
    }

    private String line(String file, String user) throws IOException {
        return Files.readAllLines(root.resolve(file)).stream()
                .filter(line -> line.startsWith(user + ":"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSuspendedAccountCannotLogInAndComesBackAsItWas() throws Exception {
        String before = Files.readString(root.resolve("var/cpanel/users/alice"));
        server.call("suspendacct", "user=alice", "reason=Bill 7 is open");

        assertThat(shadow("alice")).isEqualTo("!$6$salt$hashhashhash");
        assertThat(shell("alice")).isEqualTo("/usr/sbin/nologin");
        assertThat(root.resolve("var/cpanel/suspended/alice")).hasContent("Bill 7 is open\n");
        assertThat(server.accounts.find(new AccountName("alice")).orElseThrow().suspended())
                .isTrue();

        server.call("unsuspendacct", "user=alice");

        assertThat(shadow("alice")).isEqualTo("$6$salt$hashhashhash");
        assertThat(shell("alice")).isEqualTo("/bin/bash");
        assertThat(root.resolve("var/cpanel/suspended/alice")).doesNotExist();
        assertThat(root.resolve("var/cpanel/suspendinfo/alice")).doesNotExist();
        assertThat(
                        AccountFile.parse(
                                "alice",
                                Files.readAllBytes(root.resolve("var/cpanel/users/alice"))))
                .isEqualTo(AccountFile.parse("before", before));
    }

    @Test
    void suspendingTwiceKeepsTheShellThatWas() throws Exception {
        server.call("suspendacct", "user=alice");
        server.call("suspendacct", "user=alice", "reason=again");
        server.call("unsuspendacct", "user=alice");

        assertThat(shell("alice")).isEqualTo("/bin/bash");
        assertThat(shadow("alice")).isEqualTo("$6$salt$hashhashhash");
    }

    @Test
    void aLockedPasswordStaysLocked() throws Exception {
        server.call("suspendacct", "user=carol");
        server.call("unsuspendacct", "user=carol");

        assertThat(shadow("carol")).isEqualTo("!");
    }

    @Test
    void aPasswordThatCouldNotBeGivenBackIsNotTaken() throws Exception {
        server.rootFile("etc/shadow", "alice:odd hash:1:0:99999:7:::\n");

        assertThatThrownBy(() -> server.call("suspendacct", "user=alice"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("no known form")
                .hasMessageNotContaining("odd hash");
        assertThat(shadow("alice")).isEqualTo("odd hash");
        assertThat(shell("alice")).isEqualTo("/bin/bash");
    }

    @Test
    void whatRootLockedOnlyRootOpens() throws Exception {
        server.call("suspendacct", "user=carol", "disallowun=1");

        assertThat(server.data("listlockedaccounts")).hasToString("{\"account\":[\"carol\"]}");
        for (String function : new String[] {"unsuspendacct", "suspendacct"}) {
            assertThatThrownBy(() -> server.callAs(RITA, function, "user=carol"))
                    .isInstanceOf(WhmException.class)
                    .hasMessageContaining("by root only");
        }
        server.call("unsuspendacct", "user=carol");
        assertThat(server.data("listlockedaccounts")).hasToString("{\"account\":[]}");
    }

    @Test
    void suspendedAccountsAreListedToTheirOwners() throws Exception {
        server.call("suspendacct", "user=alice", "reason=no money");
        server.call("suspendacct", "user=carol");

        JsonNode all = server.data("listsuspended").path("account");
        assertThat(all).hasSize(2);
        assertThat(all.get(0))
                .hasToString(
                        "{\"user\":\"alice\",\"owner\":\"root\",\"reason\":\"no money\",\"is_locked\":0,"
                                + "\"unixtime\":1795521600,\"time\":\"Tue Nov 24 12:00:00 2026\"}");
        assertThat(server.callAs(RITA, "listsuspended").data().orElseThrow().path("account"))
                .singleElement()
                .matches(node -> node.path("user").asString().equals("carol"));
    }

    @Test
    void listsOfAccountsTellWhyOneIsSuspendedAndWhoMayUndoIt() throws Exception {
        server.call("suspendacct", "user=carol", "reason=no money", "disallowun=1");
        server.call("suspendacct", "user=alice");
        for (JsonNode list :
                List.of(
                        server.data("accountsummary", "user=carol"),
                        server.data("listaccts", "search=^carol$"))) {
            assertThat(list.path("acct").get(0).path("suspendreason").asString())
                    .isEqualTo("no money");
            assertThat(list.path("acct").get(0).path("is_locked").asInt()).isEqualTo(1);
        }
        JsonNode alice = server.data("accountsummary", "user=alice").path("acct").get(0);
        assertThat(alice.path("suspendreason").asString()).isEqualTo("Unknown");
        assertThat(alice.path("is_locked").asInt()).isZero();
        server.call("unsuspendacct", "user=carol");
        JsonNode open = server.data("accountsummary", "user=carol").path("acct").get(0);
        assertThat(open.path("suspendreason").asString()).isEqualTo("not suspended");
        assertThat(open.path("is_locked").asInt()).isZero();
    }

    @Test
    void anAccountThatIsNotSuspendedIsNotLetIn() {
        assertThatThrownBy(() -> server.call("unsuspendacct", "user=alice"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("is not suspended");
        assertThatThrownBy(() -> server.call("suspendacct", "user=ghost"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“ghost”");
    }

    @Test
    void domainsHaveOwnersAndDescriptions() throws Exception {
        server.folder("var/cpanel/userdata/alice");
        server.rootFile(
                "var/cpanel/userdata/alice/main",
                """
                ---
                addon_domains:
                  shop.example: shop.alice.example
                main_domain: alice.example
                parked_domains:
                  - alice.test
                sub_domains:
                  - shop.alice.example
                """);
        server.rootFile(
                "var/cpanel/userdata/alice/shop.alice.example",
                """
                ---
                documentroot: /home/alice/public_html/shop
                ip: 192.0.2.7
                phpversion: ea-php84
                port: 80
                servername: shop.alice.example
                """);

        assertThat(server.data("getdomainowner", "domain=Shop.Example"))
                .hasToString("{\"user\":\"alice\"}");
        JsonNode shop = null;
        for (JsonNode each : server.data("get_domain_info").path("domains")) {
            shop = each.path("domain").asString().equals("shop.example") ? each : shop;
        }
        assertThat(shop)
                .hasToString(
                        "{\"domain\":\"shop.example\",\"domain_type\":\"addon\","
                                + "\"parent_domain\":\"shop.alice.example\",\"user\":\"alice\","
                                + "\"user_owner\":\"root\",\"docroot\":\"/home/alice/public_html/shop\","
                                + "\"ipv4\":\"192.0.2.7\",\"ipv4_ssl\":\"192.0.2.7\",\"ipv6\":null,"
                                + "\"ipv6_is_dedicated\":0,\"modsecurity_enabled\":0,"
                                + "\"php_version\":\"ea-php84\",\"port\":80,\"port_ssl\":443}");
        JsonNode userdata = server.data("domainuserdata", "domain=shop.example").path("userdata");
        assertThat(userdata.path("port").asInt()).isEqualTo(80);
        assertThat(userdata.path("ip").asString()).isEqualTo("192.0.2.7");
    }

    @Test
    void foreignDomainsAreUnknown() {
        for (String function : new String[] {"getdomainowner", "domainuserdata"}) {
            assertThatThrownBy(() -> server.callAs(RITA, function, "domain=alice.example"))
                    .isInstanceOf(WhmException.class)
                    .hasMessage("You do not have a domain named “alice.example”.");
        }
    }

    @Test
    void namesAreJudgedForNewAccounts() throws Exception {
        server.call("verify_new_username", "user=newname");
        assertThatThrownBy(() -> server.call("verify_new_username", "user=ftp"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("user named “ftp”");
        assertThat(server.data("validate_system_user", "user=newname"))
                .hasToString(
                        "{\"exists\":0,\"reserved\":0,\"valid_for_new\":1,\"valid_for_transfer\":1}");
        assertThat(server.data("validate_system_user", "user=alice"))
                .hasToString(
                        "{\"exists\":1,\"reserved\":0,\"valid_for_new\":0,\"valid_for_transfer\":1}");
        assertThat(server.data("validate_system_user", "user=ftp"))
                .hasToString(
                        "{\"exists\":1,\"reserved\":1,\"valid_for_new\":0,\"valid_for_transfer\":0}");
    }

    @Test
    void accountsAndHomesAreCounted() throws Exception {
        server.folder("home2");
        server.folder("homework");
        assertThat(server.data("get_current_users_count")).hasToString("{\"users\":3}");
        assertThat(server.callAs(RITA, "get_current_users_count").data().orElseThrow())
                .hasToString("{\"users\":2}");
        assertThat(server.data("get_homedir_roots").path("payload"))
                .extracting(node -> node.path("path").asString())
                .containsExactlyInAnyOrder("/home", "/home2");
    }

    @Test
    void settingsOfThePanelAreShown() throws Exception {
        server.folder("var/cpanel");
        server.rootFile("var/cpanel/cpanel.config", "defaultmailaction=localuser\nempty=\n");
        assertThat(server.data("get_tweaksetting", "key=defaultmailaction"))
                .hasToString(
                        "{\"tweaksetting\":{\"key\":\"defaultmailaction\",\"value\":\"localuser\"}}");
        assertThatThrownBy(() -> server.call("get_tweaksetting", "key=default"))
                .isInstanceOf(WhmException.class);
    }

    private static final String FTP =
            """
            alice:$6$salt$hashhashhash:1001:1001:alice:/home/alice:/bin/bash
            web@alice.example:$6$salt$otherotherother:1001:1001:alice:/home/alice/w:/x
            old@alice.example:!$6$salt$lockedlocked:1001:1001:alice:/home/alice:/x
            no login at all\
            """; // also its end without a line end comes back
    private static final String CRON = "MAILTO=me\n\n*/5 * * * * /home/alice/job  # x\n";

    private void services() throws IOException {
        server.rootFile("etc/.pwd.lock", "");
        server.folder("etc/proftpd");
        server.folder("var/spool/cron");
        server.rootFile("etc/proftpd/alice", FTP);
        server.rootFile("var/spool/cron/alice", CRON);
    }

    /// All files below the root, with their modes.
    private Map<String, String> files() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                all.put(
                        root.relativize(path).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                                + Files.readString(path));
            }
        }
        return all;
    }

    @Test
    void ftpLoginsAndCronJobsRestWhileSuspendedAndComeBackBitForBit() throws Exception {
        services();
        server.call("suspendacct", "user=alice");
        server.call("unsuspendacct", "user=alice");
        Map<String, String> before = files();
        server.call("suspendacct", "user=alice");

        assertThat(Files.readString(root.resolve("etc/proftpd/alice")))
                .contains("web@alice.example:*LOCKED*$6$", "old@alice.example:*LOCKED*!$6$")
                .contains("alice:*LOCKED*$6$")
                .endsWith("no login at all");
        assertThat(root.resolve("var/spool/cron/alice")).doesNotExist();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(
                                        root.resolve("var/cpanel/packhorse/suspended"))))
                .isEqualTo("rwx------");

        server.call("suspendacct", "user=alice", "reason=again");
        server.call("unsuspendacct", "user=alice");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void ftpLoginsMayStayOpen() throws Exception {
        services();
        server.call("suspendacct", "user=alice", "leave-ftp-accts-enabled=1");
        assertThat(root.resolve("etc/proftpd/alice")).hasContent(FTP);
        server.call("unsuspendacct", "user=alice");
        assertThat(root.resolve("etc/proftpd/alice")).hasContent(FTP);
    }

    @Test
    void aPasswordThatWasLockedBeforeIsLockedAfterwards() throws Exception {
        server.rootFile("etc/shadow", "alice:!$6$salt$hashhashhash:1:0:99999:7:::\n");
        server.call("suspendacct", "user=alice");
        server.call("suspendacct", "user=alice");
        server.call("unsuspendacct", "user=alice");
        assertThat(shadow("alice")).isEqualTo("!$6$salt$hashhashhash");

        server.rootFile("etc/shadow", "alice:$6$salt$hashhashhash:1:0:99999:7:::\n");
        server.call("suspendacct", "user=alice");
        server.call("unsuspendacct", "user=alice");
        assertThat(shadow("alice")).as("no stale note").isEqualTo("$6$salt$hashhashhash");
    }

    @Test
    void aCallAfterAKillFinishes() throws Exception {
        services();
        Map<String, String> before = files();
        server.call("suspendacct", "user=alice");
        Map<String, String> suspended = files();

        // Killed after the mark: everything else is still to do.
        reset(before);
        server.rootFile("var/cpanel/suspendinfo/alice", "shell=/bin/bash\n");
        server.rootFile("var/cpanel/suspended/alice", "Unknown\n");
        server.call("suspendacct", "user=alice");
        assertThat(files().keySet()).isEqualTo(suspended.keySet());
        // Killed between the two copies of the crontab.
        server.rootFile("var/spool/cron/alice", CRON);
        server.call("suspendacct", "user=alice");
        assertThat(root.resolve("var/spool/cron/alice")).doesNotExist();
        // Killed while it came back.
        server.rootFile("var/spool/cron/alice", CRON);
        server.rootFile("etc/proftpd/alice", FTP);
        server.call("unsuspendacct", "user=alice");
        assertThat(files().keySet()).isEqualTo(before.keySet());
        assertThat(shadow("alice")).isEqualTo("$6$salt$hashhashhash");
        assertThat(shell("alice")).isEqualTo("/bin/bash");
        assertThat(root.resolve("var/spool/cron/alice")).hasContent(CRON);
        assertThat(root.resolve("etc/proftpd/alice")).hasContent(FTP);
    }

    private void reset(Map<String, String> to) throws IOException {
        for (String path : files().keySet()) {
            if (!to.containsKey(path)) {
                Files.delete(root.resolve(path));
            }
        }
        for (Map.Entry<String, String> each : to.entrySet()) {
            Files.writeString(root.resolve(each.getKey()), each.getValue().substring(9));
        }
    }

    @Test
    void twoCrontabsAreTold() throws Exception {
        services();
        server.call("suspendacct", "user=alice");
        server.rootFile("var/spool/cron/alice", "# another\n");
        assertThatThrownBy(() -> server.call("unsuspendacct", "user=alice"))
                .hasMessageContaining("two crontabs")
                .hasMessageContaining("/var/spool/cron/alice");
        Files.delete(root.resolve("var/spool/cron/alice"));
        server.call("unsuspendacct", "user=alice");
        assertThat(root.resolve("var/spool/cron/alice")).hasContent(CRON);
    }
}
