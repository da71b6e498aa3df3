package dev.packhorse.engine.component.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.SmallServer;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.model.AccountName;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Domains that only root brings to a server: by name, and in archives of unknown origin.
class ReservedDomainsTest {
    @TempDir Path folder;

    private SmallServer server;

    @BeforeEach
    void makeServer() throws Exception {
        server = new SmallServer(folder);
        server.put(
                "usr/local/cpanel/etc/commondomains", "# large ones\ngmail.com\r\nYahoo.com\n\n");
        server.put("var/cpanel/commondomains", ".cat\nbank.example.\n");
    }

    private ReservedDomains reserved() throws Exception {
        return ReservedDomains.of(new HostFiles(server.services.root()), "Srv1.dc.hoster.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gmail.com",
                "GMail.com",
                "mail.gmail.com",
                "yahoo.com",
                "shop.cat",
                "bank.example",
                "a.b.bank.example",
                "srv1.dc.hoster.example",
                "dc.hoster.example",
                "hoster.example"
            })
    void whatAllWriteToIsRoots(String domain) throws Exception {
        assertThat(reserved().objection(domain)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notgmail.com",
                "gmail.com.example",
                "com",
                "cats.example",
                "oster.example",
                "shop.hoster.example",
                "large"
            })
    void othersAreNot(String domain) throws Exception {
        assertThat(reserved().objection(domain)).isEmpty();
    }

    @Test
    void aServerWithoutListsKeepsWhatLiesAboveItsName() throws Exception {
        Files.delete(server.root.resolve("usr/local/cpanel/etc/commondomains"));
        Files.delete(server.root.resolve("var/cpanel/commondomains"));
        assertThat(reserved().objection("gmail.com")).isEmpty();
        assertThat(reserved().objection("hoster.example")).isPresent();
    }

    @Test
    void anArchiveOfUnknownOriginBringsNone() throws Exception {
        server.members.put("userdata/main", LIST);
        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nDNS1=gmail.com\n");
        server.makeAccount();

        RestoreReport report = server.restore("Domains", true);

        assertThat(report.skipped())
                .anySatisfy(each ->
                        assertThat(each).startsWith("domain gmail.com: refused, it is one of the"))
                .anySatisfy(each -> assertThat(each).startsWith("domain yahoo.com: refused"));
        assertThat(server.services.accounts().find(new AccountName("demo")).orElseThrow())
                .satisfies(account ->
                        assertThat(account.domains().all())
                                .contains("demo.example", "other.example")
                                .doesNotContain("gmail.com", "yahoo.com"));
    }

    @Test
    void whatRootGaveTheAccountItKeeps() throws Exception {
        server.makeAccount();
        server.put("var/cpanel/users/demo", "DNS=demo.example\nUSER=demo\nDNS1=gmail.com\n");
        server.put("var/cpanel/userdata/demo/main", LIST);
        server.members.put("userdata/main", LIST);
        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nDNS1=gmail.com\n");

        assertThat(server.restore("Domains", true).skipped())
                .noneMatch(each -> each.contains("gmail.com"));
    }

    private static final String LIST =
            """
            ---
            addon_domains:
              yahoo.com: yahoo.demo.example
            main_domain: demo.example
            parked_domains:
              - gmail.com
              - other.example
            sub_domains:
              - yahoo.demo.example
            """;
}
