package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.SmallServer;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is restored over a suspended account opens nothing, and is there when the account is let in
/// again. Needs root, for an account with a number of its own.
class SuspendedLoginTest {
    private static final AccountName DEMO = new AccountName("demo");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String OTHER = "$6$saltsalt$" + "b".repeat(86);
    private static final List<String> MODULES = List.of("CpUser", "Password", "Shell", "Suspend");

    @TempDir Path folder;

    private SmallServer server;
    private Suspension suspension;
    private UserDatabase users;

    @BeforeEach
    void makeAccount() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new SmallServer(folder);
        server.makeAccount();
        server.members.put("shadow", SmallServer.HASH + "\n");
        server.members.put("shell", "/bin/bash\n");
        for (String module : MODULES) {
            server.restore(module, false);
        }
        assertThat(account().shell()).isEqualTo("/bin/bash");
        suspension = new Suspension(server.services);
        users = new UserDatabase(new HostRoot(server.root));
    }

    private Account account() throws IOException {
        return server.services.accounts().find(DEMO).orElseThrow();
    }

    private String hash() throws IOException {
        return users.passwordHash("demo").orElseThrow();
    }

    private void suspend() throws IOException {
        suspension.suspend(account(), "bill", false, true, NOW);
    }

    private void assertClosed(String when) throws IOException {
        assertThat(account().suspended()).as(when).isTrue();
        assertThat(account().settings())
                .as(when)
                .containsEntry("SUSPENDED", "1")
                .containsEntry("SUSPENDTIME", Long.toString(NOW.getEpochSecond()));
        assertThat(hash()).as(when).startsWith("!");
        assertThat(account().shell()).as(when).isEqualTo("/usr/sbin/nologin");
    }

    @Test
    void anOlderArchiveOpensNothingAtAnyMoment() throws Exception {
        suspend();
        server.members.put("shadow", OTHER + "\n");
        server.members.put("shell", "/usr/local/cpanel/bin/jailshell\n");

        for (String module : MODULES) {
            server.restore(module, false);
            assertClosed("after " + module);
        }

        suspension.unsuspend(account());
        assertThat(account().suspended()).isFalse();
        assertThat(hash()).isEqualTo(OTHER);
        assertThat(account().shell()).isEqualTo("/usr/local/cpanel/bin/jailshell");
    }

    @Test
    void aSuspensionThatOnlyTheAccountFileTellsStays() throws Exception {
        suspend();
        Files.delete(server.root.resolve("var/cpanel/suspended/demo"));

        for (String module : MODULES) {
            server.restore(module, false);
            assertClosed("after " + module);
        }
    }

    @Test
    void whatTheArchiveHasClosedStaysSoAfterTheSuspension() throws Exception {
        suspend();
        server.members.put("shadow", "!" + OTHER + "\n");
        server.members.put("shell", "/bin/false\n");
        for (String module : MODULES) {
            server.restore(module, false);
        }

        suspension.unsuspend(account());
        assertThat(hash()).isEqualTo("!" + OTHER);
        assertThat(account().shell()).isEqualTo("/bin/false");
    }

    @Test
    void whatWasLockedBeforeIsOpenIfTheArchiveHasItSo() throws Exception {
        users.setPasswordHash(DEMO, "!" + SmallServer.HASH);
        suspend();
        server.restore("Password", false);

        suspension.unsuspend(account());
        assertThat(hash()).isEqualTo(SmallServer.HASH);
    }

    @Test
    void whatOthersOpenedIsClosedAgainAndComesBack() throws Exception {
        suspend();
        users.setPasswordHash(DEMO, OTHER);
        users.setShell(DEMO, "/bin/bash");
        AccountSettings.write(
                new dev.packhorse.engine.host.HostFiles(new HostRoot(server.root)),
                account(),
                java.util.Map.of("USER", "demo", "DNS", "demo.example"));
        Files.setLastModifiedTime(
                server.root.resolve("var/cpanel/suspended/demo"),
                java.nio.file.attribute.FileTime.from(NOW));

        server.restore("Suspend", false);
        assertClosed("again");
        suspension.unsuspend(account());
        assertThat(hash()).isEqualTo(OTHER);
        assertThat(account().shell()).isEqualTo("/bin/bash");
    }

    @Test
    void anArchiveOfASuspendedAccountComesBackAsBefore() throws Exception {
        suspend();
        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nSUSPENDED=1\n");
        server.members.put("suspended/demo", "bill\n");
        server.members.put("suspendinfo/demo", "shell=/bin/bash\n");
        server.members.put("shadow", "!" + OTHER + "\n");
        server.members.put("shell", "/usr/sbin/nologin\n");
        for (String module : MODULES) {
            server.restore(module, false);
            assertClosed("after " + module);
        }

        suspension.unsuspend(account());
        assertThat(hash()).isEqualTo(OTHER);
        assertThat(account().shell()).isEqualTo("/bin/bash");
    }
}
