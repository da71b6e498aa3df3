package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpanelAccountDirectoryTest {
    private static final AccountName DEMO = new AccountName("demo");

    @TempDir Path root;
    private CpanelAccountDirectory accounts;

    @BeforeEach
    void writeServer() throws IOException {
        put(
                "etc/passwd",
                """
                root:x:0:0::/root:/bin/bash
                demo:x:1001:1001::/home//demo/:/bin/bash
                ../x:x:1002:1002::/home/x:/bin/bash
                Upper:x:1003:1003::/home/upper:/bin/bash
                nofile:x:1004:1004::/home/nofile:/bin/bash
                """);
        put("var/cpanel/users/demo", "DNS=demo.example\nDNS1=more.example\nOWNER=root\n");
        put("var/cpanel/users/nopasswd", "DNS=nopasswd.example\n");
        put("var/cpanel/users/system", "DNS=x.example\n");
        put("var/cpanel/users/Upper", "DNS=upper.example\n");
        put("var/cpanel/users/root", "DNS=root.example\n");
        put("var/cpanel/users/.demo.lock", "");
        accounts = new CpanelAccountDirectory(new HostRoot(root));
    }

    @Test
    void onlyFilesWithAValidNameAndAUserAreAccounts() throws Exception {
        assertThat(accounts.names()).containsExactly(DEMO);
        assertThat(accounts.find(new AccountName("nopasswd"))).isEmpty();
        assertThat(accounts.find(new AccountName("nofile"))).isEmpty();
        assertThat(accounts.find(new AccountName("nobodyelse"))).isEmpty();
    }

    @Test
    void withoutUserdataTheDomainsComeFromTheAccountFileAndTheList() throws Exception {
        put(
                "etc/userdomains",
                "blog.demo.example: demo\nother.example: else\nmore.example: demo\n*: nobody\n");

        Account demo = accounts.find(DEMO).orElseThrow();

        assertThat(demo.domains().main()).isEqualTo("demo.example");
        assertThat(demo.domains().subs()).containsExactly("blog.demo.example");
        assertThat(demo.domains().parked()).containsExactly("more.example");
        assertThat(demo.domains().documentRoots())
                .containsEntry("demo.example", "/home/demo/public_html");
        assertThat(demo.uid()).isEqualTo(1001);
        assertThat(demo.home()).isEqualTo("/home/demo");
        assertThat(demo.shell()).isEqualTo("/bin/bash");
        assertThat(demo.suspended()).isFalse();
    }

    @Test
    void userdataIsPreferred() throws Exception {
        put(
                "var/cpanel/userdata/demo/main",
                "main_domain: demo.example\nsub_domains:\n  - a.demo.example\n");
        put("var/cpanel/userdata/demo/demo.example", "documentroot: /home/demo//web/\n");

        DomainSet domains = accounts.find(DEMO).orElseThrow().domains();

        assertThat(domains.subs()).containsExactly("a.demo.example");
        assertThat(domains.parked()).isEmpty();
        assertThat(domains.documentRoots()).containsOnlyKeys("demo.example");
        assertThat(domains.documentRoots()).containsEntry("demo.example", "/home/demo/web");
    }

    @Test
    void aFileOrASettingSuspends() throws Exception {
        put("var/cpanel/suspended/demo", "");
        assertThat(accounts.find(DEMO).orElseThrow().suspended()).isTrue();

        Files.delete(root.resolve("var/cpanel/suspended/demo"));
        assertThat(accounts.find(DEMO).orElseThrow().suspended()).isFalse();

        put("var/cpanel/users/demo", "DNS=demo.example\nSUSPENDED=1\n");
        assertThat(accounts.find(DEMO).orElseThrow().suspended()).isTrue();
    }

    @Test
    void damageIsNamedWithFileAndLine() throws Exception {
        put("var/cpanel/users/demo", "DNS=demo.example\ngarbage\n");
        assertThatThrownBy(() -> accounts.find(DEMO))
                .hasMessageStartingWith("/var/cpanel/users/demo line 2: ");

        put("var/cpanel/users/demo", "OWNER=root\n");
        assertThatThrownBy(() -> accounts.find(DEMO))
                .hasMessageStartingWith("/var/cpanel/users/demo: no main domain");

        put("var/cpanel/users/demo", "DNS=../../etc\n");
        assertThatThrownBy(() -> accounts.find(DEMO))
                .hasMessageStartingWith("/var/cpanel/users/demo: not a domain");

        put("var/cpanel/userdata/demo/main", "main_domain: demo.example\nsub_domains:\n- ../x\n");
        assertThatThrownBy(() -> accounts.find(DEMO))
                .hasMessageStartingWith("/var/cpanel/userdata/demo/main line 3: not a domain");

        put("var/cpanel/userdata/demo/main", "main_domain: demo.example\n");
        put("var/cpanel/userdata/demo/demo.example", "user: demo\ndocumentroot: /home/../etc\n");
        assertThatThrownBy(() -> accounts.find(DEMO))
                .hasMessageStartingWith(
                        "/var/cpanel/userdata/demo/demo.example line 2: documentroot");
    }

    @Test
    void aDamagedLineInTheDomainListIsNamed() throws Exception {
        put("etc/userdomains", "ok.example: demo\n../x: demo\n");

        assertThatThrownBy(() -> accounts.find(DEMO))
                .hasMessageStartingWith("/etc/userdomains line 2: not a domain");
    }

    @Test
    void aHomeThatIsNoFolderPathIsRefused() throws Exception {
        put("etc/passwd", "demo:x:1001:1001::/home/../etc:/bin/bash\n");

        assertThatThrownBy(() -> accounts.find(DEMO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/etc/passwd")
                .hasMessageContaining("demo");
    }

    private void put(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
