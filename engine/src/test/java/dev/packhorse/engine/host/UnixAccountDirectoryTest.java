package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixAccountDirectoryTest {
    private static final AccountName DEMO = new AccountName("demo");

    @TempDir Path root;

    @BeforeEach
    void writeServer() throws IOException {
        Files.createDirectories(root.resolve("home/demo"));
        Files.createDirectories(root.resolve("home/nologin"));
        Files.createDirectories(root.resolve("home/low"));
        Files.createDirectories(root.resolve("srv/elsewhere"));
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("home/linked"), root.resolve("srv/elsewhere"));
        put(
                "etc/passwd",
                """
                demo:x:1001:1001::/home/demo:/bin/bash
                low:x:999:999::/home/low:/bin/bash
                nologin:x:1002:1002::/home/nologin:/usr/sbin/nologin
                nohome:x:1003:1003::/home/nohome:/bin/bash
                linked:x:1004:1004::/home/linked:/bin/bash
                elsewhere:x:1005:1005::/srv/elsewhere:/bin/bash
                dots:x:1006:1006::/home/../srv/elsewhere:/bin/bash
                postgres:x:1007:1007::/home/demo:/bin/bash
                Bad:x:1008:1008::/home/demo:/bin/bash
                """);
    }

    @Test
    void onlyPeopleWithARealHomeAreAccounts() throws Exception {
        assertThat(accounts(UnixAccountSettings.DEFAULT).names()).containsExactly(DEMO);
        assertThat(accounts(UnixAccountSettings.DEFAULT).find(new AccountName("linked"))).isEmpty();
        assertThat(accounts(UnixAccountSettings.DEFAULT).find(new AccountName("low"))).isEmpty();
    }

    @Test
    void usersWithoutLoginCanBeAccountsToo() throws Exception {
        assertThat(accounts(UnixAccountSettings.DEFAULT.withAnyShell()).names())
                .extracting(AccountName::value)
                .containsExactly("demo", "nologin");
    }

    @Test
    void aUserThatIsNotedIsAnAccountWithAnyShell() throws Exception {
        AccountName noted = new AccountName("nologin");
        assertThat(accounts(UnixAccountSettings.DEFAULT).find(noted)).isEmpty();

        BackupSwitches.note(new HostFiles(new HostRoot(root)), noted);

        assertThat(accounts(UnixAccountSettings.DEFAULT).names()).containsExactly(DEMO, noted);
        assertThat(accounts(UnixAccountSettings.DEFAULT).find(noted).orElseThrow().settings())
                .containsEntry("HASSHELL", "0")
                .containsEntry("BACKUP", "1");
    }

    @Test
    void aNoteMakesNoAccountOfAUserOfTheSystem() throws Exception {
        HostFiles files = new HostFiles(new HostRoot(root));
        BackupSwitches.note(files, new AccountName("low"));
        BackupSwitches.note(files, new AccountName("nohome"));

        assertThat(accounts(UnixAccountSettings.DEFAULT).names()).containsExactly(DEMO);
    }

    @Test
    void aUserWhoseRemovalHasBegunIsAnAccountToItsEnd() throws Exception {
        HostFiles files = new HostFiles(new HostRoot(root));
        for (String name : List.of("low", "nologin", "nohome", "elsewhere")) {
            files.writeText(UnixAccountDirectory.REMOVING + name, "", FileRights.ofRoot(0600));
        }

        assertThat(accounts(UnixAccountSettings.DEFAULT).names())
                .extracting(AccountName::value)
                .containsExactly("demo", "nohome", "nologin");
        assertThat(accounts(UnixAccountSettings.DEFAULT).find(new AccountName("nohome")))
                .hasValueSatisfying(
                        account -> assertThat(account.home()).isEqualTo("/home/nohome"));
    }

    @Test
    void theDomainIsMadeOfUserAndHostname() throws Exception {
        Account demo = accounts(UnixAccountSettings.DEFAULT).find(DEMO).orElseThrow();

        assertThat(demo.domains().main()).isEqualTo("demo.srv1.example");
        assertThat(demo.domains().documentRoots())
                .containsEntry("demo.srv1.example", "/home/demo/public_html");
        assertThat(demo.settings())
                .containsEntry("DNS", "demo.srv1.example")
                .containsEntry("OWNER", "root")
                .containsEntry("PLAN", "default")
                .containsEntry("STARTDATE", "0");
        assertThat(AccountFile.parse("x", AccountFile.render(demo.settings())))
                .isEqualTo(demo.settings());
    }

    @Test
    void theMapNamesTheDomain() throws Exception {
        UnixAccountSettings settings =
                UnixAccountSettings.DEFAULT.withDomainMap(put("map", "demo: demo.example\n"));

        assertThat(accounts(settings).find(DEMO).orElseThrow().domains().main())
                .isEqualTo("demo.example");
    }

    @Test
    void aBadOrMissingMapIsNamed() throws Exception {
        Path map = put("map", "other: x.example\ndemo: not/a/domain\n");
        UnixAccountDirectory bad = accounts(UnixAccountSettings.DEFAULT.withDomainMap(map));
        assertThatThrownBy(() -> bad.find(DEMO))
                .hasMessageStartingWith(map + " line 2: not a domain");

        UnixAccountDirectory missing =
                accounts(UnixAccountSettings.DEFAULT.withDomainMap(root.resolve("no")));
        assertThatThrownBy(() -> missing.find(DEMO)).hasMessageContaining("does not exist");
    }

    @Test
    void aLockedPasswordIsASuspension() throws Exception {
        put("etc/shadow", "demo:!$6$a$b:100::::::\n");
        Account locked = accounts(UnixAccountSettings.DEFAULT).find(DEMO).orElseThrow();
        assertThat(locked.suspended()).isTrue();
        assertThat(locked.settings())
                .containsEntry("SUSPENDED", "1")
                .containsEntry("STARTDATE", "8640000");

        put("etc/shadow", "demo:!:100::::::\n");
        assertThat(accounts(UnixAccountSettings.DEFAULT).find(DEMO).orElseThrow().suspended())
                .isFalse();
    }

    private UnixAccountDirectory accounts(UnixAccountSettings settings) {
        return new UnixAccountDirectory(new HostRoot(root), settings, "srv1.example");
    }

    private Path put(String path, String content) throws IOException {
        return Files.writeString(root.resolve(path), content);
    }
}
