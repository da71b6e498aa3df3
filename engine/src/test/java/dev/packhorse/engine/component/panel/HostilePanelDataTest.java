package dev.packhorse.engine.component.panel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.RestoreReport.Outcome;
import dev.packhorse.engine.component.SmallServer;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a panel keeps of an account, from archives of unknown origin whose members somebody wrote
/// with bad intentions.
class HostilePanelDataTest {
    private static final String TOKEN = "a".repeat(64);

    @TempDir Path folder;

    private SmallServer server;

    @BeforeEach
    void makeAccount() throws Exception {
        server = new SmallServer(folder);
        server.makeAccount();
    }

    private RestoreReport restore(String module, String member, String text) throws Exception {
        server.members.put(member, text);
        return server.restore(module, true);
    }

    @Test
    void tokensHaveOnlyKnownFieldsAndAreTold() throws Exception {
        server.members.put("api_tokens/whostmgr.json", "{\"tokens\":{\"" + TOKEN + "\":{}}}");

        RestoreReport report =
                restore(
                        "APITokens",
                        "api_tokens/cpanel.json",
                        "{\"tokens\":{\"%s\":{\"name\":\"x\",\"create_time\":1,\"acls\":[\"all\"]},\"../../x\":{}}}"
                                .formatted(TOKEN));

        assertThat(server.read("var/cpanel/authn/api_tokens_v2/cpanel/demo.json"))
                .isEqualTo(
                        "{\"tokens\":{\"%s\":{\"name\":\"x\",\"create_time\":1}}}"
                                .formatted(TOKEN));
        assertThat(server.has("var/cpanel/authn/api_tokens_v2/whostmgr")).isFalse();
        assertThat(report.dangerous()).hasSize(1);
        assertThat(report.skipped())
                .containsExactlyInAnyOrder(
                        "api_tokens/cpanel.json: the field acls is not known",
                        "api_tokens/cpanel.json: a token whose hash or form is not one",
                        "api_tokens/whostmgr.json: not taken from an archive of unknown origin");
    }

    @ParameterizedTest
    @CsvSource({
        "APITokens, api_tokens/cpanel.json",
        "AutoSSL, autossl.json",
        "WebCalls, webcalls.json",
        "PublicContact, public_contact.json",
        "MysqlRemoteNotes, mysql_host_notes.json"
    })
    void whatIsNoSoundJsonIsRefusedWhole(String module, String member) throws Exception {
        for (String bad :
                new String[] {
                    "[]",
                    "{\"a\":1,\"a\":2}",
                    "{} {}",
                    "{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}",
                    "{\"a\":\"" + "x".repeat(100_000) + "\"}",
                    "{\"a\":\"" + "x".repeat(2_000_000) + "\"}",
                    "{\"a\":"
                }) {
            assertThatThrownBy(() -> restore(module, member, bad))
                    .as("%.40s", bad)
                    .isInstanceOf(ComponentException.class)
                    .hasMessageStartingWith("the member " + member);
        }
        assertThat(server.has("var/cpanel/webcalls")).isFalse();
        assertThat(server.has("var/cpanel/public_contact")).isFalse();
        assertThat(server.has("var/cpanel/authn")).isFalse();
    }

    @Test
    void signInLinksAreCheckedAndTold() throws Exception {
        server.members.put("authnlinks/bad name;x.json", "{}");
        RestoreReport report =
                restore(
                        "AuthnLinks",
                        "authnlinks/openid.json",
                        "{\"sub\":{\"preferred_username\":\"me\",\"evil\":1},\"a b\":{}}");

        assertThat(server.read("var/cpanel/authn/links/users/demo/openid.json"))
                .isEqualTo("{\"sub\":{\"preferred_username\":\"me\"}}");
        assertThat(report.dangerous()).hasSize(1);
        assertThat(report.skipped()).hasSize(3);
    }

    @Test
    void namesOfOthersGetNoSettings() throws Exception {
        RestoreReport ssl =
                restore(
                        "AutoSSL",
                        "autossl.json",
                        "{\"excluded_domains\":[\"www.demo.example\",\"victim.example\",7]}");
        assertThat(server.read("var/cpanel/ssl/autossl/excludes/demo.json"))
                .isEqualTo("{\"excluded_domains\":[\"www.demo.example\"]}");
        assertThat(ssl.skipped()).hasSize(2);

        RestoreReport calls =
                restore(
                        "WebCalls",
                        "webcalls.json",
                        "{\"abcdefgh1\":{\"domain\":\"victim.example\"},"
                                + "\"abcdefgh2\":{\"domain\":\"home.demo.example\"},"
                                + "\"abcdefgh3\":{\"domain\":\"notdemo.example\"}}");
        assertThat(server.read("var/cpanel/webcalls/demo.json"))
                .isEqualTo("{\"abcdefgh2\":{\"domain\":\"home.demo.example\"}}");
        assertThat(calls.skipped()).hasSize(2);
    }

    @Test
    void addressesThatRunScriptsAreNoContact() throws Exception {
        RestoreReport report =
                restore(
                        "PublicContact",
                        "public_contact.json",
                        "{\"name\":\"Demo\",\"url\":\"javascript:alert(1)\",\"logo\":\"/etc/passwd\"}");

        assertThat(server.read("var/cpanel/public_contact/demo.json"))
                .isEqualTo("{\"name\":\"Demo\"}");
        assertThat(report.skipped())
                .containsExactly(
                        "public_contact.json: the field url has no value of its kind",
                        "public_contact.json: the field logo is not known");
    }

    @Test
    void notesOfHostsAreShortText() throws Exception {
        RestoreReport report =
                restore(
                        "MysqlRemoteNotes",
                        "mysql_host_notes.json",
                        "{\"203.0.113.7\":\"office\",\"a b\":\"x\",\"h.example\":\"%s\"}"
                                .formatted("x".repeat(300)));

        assertThat(server.read("var/cpanel/databases/demo.host_notes.json"))
                .isEqualTo("{\"203.0.113.7\":\"office\"}");
        assertThat(report.skipped()).hasSize(2);
    }

    @Test
    void digestPasswordsOfOthersAreLeftOut() throws Exception {
        server.put("etc/digestshadow", "victim:Realm:aaaa\n");

        RestoreReport report =
                restore(
                        "DigestShadow",
                        "digestshadow",
                        "demo:Realm:0123456789abcdef\nvictim:Realm:bbbb\nroot:x:cccc\ndemo:a:b:c\n");

        assertThat(server.read("etc/digestshadow"))
                .isEqualTo("victim:Realm:aaaa\ndemo:Realm:0123456789abcdef\n");
        assertThat(report.skipped()).hasSize(3);
    }

    @Test
    void historiesOfTrafficAreNotTakenAndFiguresOfOthersNeither() throws Exception {
        server.members.put("bandwidth/history.sqlite", "SQLite format 3\0 and more");
        server.members.put("bandwidth_db.json", "{}");
        RestoreReport report =
                restore(
                        "BandwidthData",
                        "bandwidth/figures.json",
                        "{\"demo\":5,\"demo.example\":6,\"victim.example\":7,\"../x\":8,\"demo.example.\":1}");

        assertThat(server.read("var/cpanel/bandwidth.cache/demo")).isEqualTo("5");
        assertThat(server.read("var/cpanel/bandwidth.cache/demo.example")).isEqualTo("6");
        assertThat(server.has("var/cpanel/bandwidth")).isFalse();
        assertThat(server.has("var/cpanel/bandwidth.cache/victim.example")).isFalse();
        assertThat(server.has("var/cpanel/x")).isFalse();
        assertThat(report.skipped()).hasSize(5);
    }

    @Test
    void aHistoryThatIsNoDatabaseIsNotTakenFromAnybody() throws Exception {
        server.members.put("bandwidth/history.sqlite", "#!/bin/sh\n");

        RestoreReport report = server.restore("BandwidthData", false);

        assertThat(report.skipped()).containsExactly("bandwidth/history.sqlite: not a SQLite file");
        assertThat(server.has("var/cpanel/bandwidth")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "Integration, integration/billing.json",
        "CustomLocale, locale/i_x.yaml",
        "VhostIncludes, httpfiles/std/x.conf"
    })
    void whatRootsProgramsTrustIsRefused(String module, String member) {
        assertThatThrownBy(() -> restore(module, member, "{}"))
                .isInstanceOf(ComponentException.class)
                .hasMessageEndingWith("not taken from an archive of unknown origin");
    }

    @Test
    void aLocaleOfThisServerIsNeverReplaced() throws Exception {
        server.put("var/cpanel/i_locales/i_house.yaml", "ours\n");
        server.members.put("locale/i_house.yaml", "theirs\n");

        RestoreReport report = server.restore("CustomLocale", false);

        assertThat(server.read("var/cpanel/i_locales/i_house.yaml")).isEqualTo("ours\n");
        assertThat(report.skipped())
                .containsExactly("locale i_house: this server has another one of the name");
    }

    @Test
    void aFeatureListThatIsNotHereBecomesTheUsualOne() throws Exception {
        server.put("var/cpanel/features/gold", "cron=1\n");
        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nFEATURELIST=gold\n");
        assertThat(server.restore("FeatureList", true).outcome()).isEqualTo(Outcome.DONE);
        assertThat(server.read("var/cpanel/users/demo")).contains("FEATURELIST=gold\n");

        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nFEATURELIST=../victim\n");
        assertThat(server.restore("FeatureList", true).altered()).hasSize(1);
        assertThat(server.read("var/cpanel/users/demo")).contains("FEATURELIST=default\n");
    }

    @Test
    void anAddressOfItsOwnIsAFreeOne() throws Exception {
        server.put(
                "etc/ips",
                """
                198.51.100.8:255.255.255.0:198.51.100.255
                198.51.100.9:255.255.255.0:198.51.100.255
                """);
        server.put("etc/ipaddrpool", "198.51.100.9\n198.51.100.10\n");
        RestoreOptions dedicated =
                new RestoreOptions(Set.of(), Set.of(), true, true, false, "", true);

        RestoreReport report = server.restore(new IpAddressComponent(), true, dedicated);

        assertThat(server.read("var/cpanel/users/demo")).contains("IP=198.51.100.9\n");
        assertThat(server.read("etc/ipaddrpool")).isEqualTo("198.51.100.10\n");
        assertThat(report.altered()).hasSize(1);
        assertThat(server.restore(new IpAddressComponent(), true, dedicated).outcome())
                .isEqualTo(Outcome.DONE);

        server.put("var/cpanel/users/victim", "DNS=victim.example\nIP=198.51.100.9\nUSER=victim\n");
        server.put("etc/ips", "198.51.100.9:255.255.255.0:198.51.100.255\n");
        assertThat(server.restore(new IpAddressComponent(), true, dedicated).skipped())
                .containsExactly("address of its own: this server has no free one");
    }

    @Test
    void anAddressOfTheOldServerGivesWay() throws Exception {
        String settings = server.read("var/cpanel/users/demo");
        server.put("var/cpanel/users/demo", settings.replaceAll("IP=.*", "IP=203.0.113.99"));

        RestoreReport report = server.restore("IPAddress", false);

        assertThat(report.altered())
                .containsExactly("address: 198.51.100.7, 203.0.113.99 is not this server's");
        assertThat(server.read("var/cpanel/users/demo")).contains("IP=198.51.100.7\n");
        assertThat(server.restore("IPAddress", false).outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void theAccountIsBackedUpWhateverAStrangeArchiveSays() throws Exception {
        server.put("var/cpanel/users/demo", "BACKUP=0\nDNS=demo.example\nUSER=demo\n");
        assertThat(server.restore("BackupConfig", false).outcome()).isEqualTo(Outcome.DONE);
        assertThat(server.read("var/cpanel/users/demo")).contains("BACKUP=0\n");

        assertThat(server.restore("BackupConfig", true).altered()).hasSize(1);
        assertThat(server.read("var/cpanel/users/demo")).contains("BACKUP=1\n");
    }

    @Test
    void aThemeThatIsNotInstalledGivesWay() throws Exception {
        server.put("usr/local/cpanel/base/frontend/jupiter/index", "");
        server.put("var/cpanel/users/demo", "DNS=demo.example\nRS=x3\nUSER=demo\n");

        assertThat(server.restore("LocalConfig", true).altered()).hasSize(1);

        assertThat(server.read("var/cpanel/users/demo")).contains("RS=jupiter\n");
        assertThat(server.restore("LocalConfig", true).outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void servicesAreNoLongerForwarded() throws Exception {
        server.put(
                "var/cpanel/users/demo",
                "DNS=demo.example\nSERVICE_PROXY_BACKEND=old.example\nUSER=demo\n");

        assertThat(server.restore("ServiceProxy", false).altered()).hasSize(1);

        assertThat(server.read("var/cpanel/users/demo")).doesNotContain("SERVICE_PROXY");
    }

    @Test
    void serversThatAreNotLinkedServeNothing() throws Exception {
        String settings =
                "DNS=demo.example\nUSER=demo\nWORKER_NODE-Mail=mailbox1:SECRET\nWORKER_NODE-Web=other:X\n";
        server.put("var/cpanel/users/demo", settings);
        server.put("var/cpanel/linked_server_nodes/mailbox1.json", "{}");
        server.members.put("cp/demo", settings);
        server.members.put("linked_nodes.json", "{\"Mail\":\"mailbox1\",\"Web\":\"other\"}");

        RestoreReport report = server.restore("LinkedNodes", false);

        assertThat(server.read("var/cpanel/users/demo"))
                .contains("WORKER_NODE-Mail=mailbox1:SECRET\n")
                .doesNotContain("WORKER_NODE-Web");
        assertThat(report.altered())
                .containsExactly(
                        "service Web: done by this server, which is not linked with other");
        assertThat(report.toString()).doesNotContain("SECRET");

        server.restore("LinkedNodes", true);
        assertThat(server.read("var/cpanel/users/demo")).doesNotContain("WORKER_NODE");
    }

    @Test
    void archivesOfLinkedServersAreTold() throws Exception {
        assertThat(server.restore("LinkedNodesSubarchives", true).outcome())
                .isEqualTo(Outcome.NOTHING);
        server.members.put("linked_nodes.json", "{}");
        server.members.put("worker_accounts/mail.tar", "x");

        assertThat(server.restore("LinkedNodesSubarchives", true).dangerous())
                .singleElement()
                .asString()
                .startsWith("worker_accounts/mail.tar: not restored");
    }
}
