package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.registry.AccountRemoval;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a plan says is what the restore does. Needs root, for files of other users.
class RestorePlanTest {
    private static final String BOBS = "bob-hosting.example";

    @TempDir static Path folder;

    private static RestoreServer server;

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        for (String account : DemoServer.ACCOUNTS) {
            server.backUp(account);
        }
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    static Stream<String> accounts() {
        return DemoServer.ACCOUNTS.stream();
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void overAnAccountThatIsThere(String account) throws Exception {
        planAndExecute(RestoreServer.whole(account), true);
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void ofAnAccountThatIsGone(String account) throws Exception {
        AccountRemoval.destroy(server.root, server.services.accounts(), account);
        planAndExecute(RestoreServer.whole(account), false);
        assertThat(server.plan(RestoreServer.whole(account)).exists()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void ofAnArchiveOfUnknownOrigin(String account) throws Exception {
        String copy = server.copyOf(account);
        if (account.equals("frank")) {
            RestoreResult refused = server.restore(RestoreServer.brought(account, copy));
            assertThat(refused.message()).contains("link out of the home directory");
            new HostFiles(server.root).remove(copy);
            return;
        }
        planAndExecute(RestoreServer.brought(account, copy), true);
        new HostFiles(server.root).remove(copy);
    }

    private static void planAndExecute(RestoreArguments arguments, boolean exists)
            throws Exception {
        List<String> before = server.census();
        PlannedRestore plan = server.plan(arguments);
        assertThat(RestoreServer.differences(before, server.census()))
                .as("a plan changes nothing")
                .isEmpty();
        assertThat(plan.exists()).isEqualTo(exists);

        RestoreResult done =
                server.restore(arguments.within(arguments.scope().expecting(plan.digests())));

        assertThat(done.result()).as(done.message()).isNotZero();
        agree(plan, done);
    }

    /// Module by module: the outcome, and each item that was told.
    private static void agree(PlannedRestore plan, RestoreResult done) {
        Map<String, String> outcomes = new TreeMap<>(done.modules());
        List<String> told = new ArrayList<>(plan.notes());
        List<String> altered = new ArrayList<>();
        for (PlannedModule module : plan.modules()) {
            String outcome = outcomes.remove(module.module());
            assertThat(outcome).as(module.module()).isNotNull();
            switch (module.does()) {
                case "restores" -> assertThat(outcome).as(module.module()).isIn("done", "warnings");
                case "afterwards" ->
                        assertThat(outcome)
                                .as(module.module())
                                .isIn("done", "warnings", "nothing", "absent service");
                default -> assertThat(outcome).as(module.module()).isEqualTo(module.does());
            }
            if (!module.does().equals("afterwards")) {
                module.skipped().forEach(each -> told.add(module.module() + ": " + each));
                module.altered().forEach(each -> altered.add(module.module() + ": " + each));
            }
        }
        assertThat(outcomes).as("modules that the plan does not name").isEmpty();
        List<String> afterwards =
                plan.modules().stream()
                        .filter(each -> each.does().equals("afterwards"))
                        .map(PlannedModule::module)
                        .toList();
        assertThat(known(done.skipped(), afterwards)).containsExactlyInAnyOrderElementsOf(told);
        assertThat(known(done.altered(), afterwards)).containsExactlyInAnyOrderElementsOf(altered);
    }

    private static List<String> known(List<String> items, List<String> afterwards) {
        return items.stream()
                .filter(item -> afterwards.stream().noneMatch(each -> item.startsWith(each + ":")))
                .toList();
    }

    @Test
    void aChangedWorldIsSaidAndNothingIsDone() throws Exception {
        RestoreArguments arguments = RestoreServer.whole("carol");
        PlannedRestore plan = server.plan(arguments);
        Files.writeString(server.root.resolve("/home/carol/public_html/index.html"), "new\n");
        new HostFiles(server.root)
                .writeText("/var/spool/cron/carol", "# mine\n", FileRights.ofRoot(0600));
        List<String> before = server.census();

        RestoreResult done =
                server.restore(arguments.within(arguments.scope().expecting(plan.digests())));

        assertThat(done.result()).isZero();
        assertThat(done.message())
                .startsWith("nothing was changed")
                .contains("Homedir")
                .endsWith("plan it again");
        assertThat(RestoreServer.differences(before, server.census())).isEmpty();
    }

    @Test
    void aDomainOfAnotherAccountIsAConflict() throws Exception {
        AccountRemoval.destroy(server.root, server.services.accounts(), "gina");
        HostFiles files = new HostFiles(server.root);
        String userdata = "/var/cpanel/users/carol";
        byte[] own = files.readBytes(userdata, HostFiles.DEFAULT_LIMIT).orElseThrow();
        String lines = files.readText("/etc/userdomains").orElseThrow();
        files.writeText(
                "/etc/userdomains", lines + "gina.example: carol\n", FileRights.ofRoot(0644));
        List<String> before = server.census();

        PlannedRestore plan = server.plan(RestoreServer.whole("gina"));

        assertThat(RestoreServer.differences(before, server.census())).isEmpty();
        assertThat(plan.conflicts())
                .singleElement()
                .asString()
                .startsWith("PreRestoreActions: the main domain gina.example");
        assertThat(plan.modules())
                .filteredOn(each -> each.does().equals("left out"))
                .hasSize(plan.modules().size() - 1);
        files.writeText("/etc/userdomains", lines, FileRights.ofRoot(0644));
        files.replaceContent(userdata, own, FileRights.ofRoot(0640));
        assertThat(server.restore(RestoreServer.whole("gina")).result()).isNotZero();
    }

    @Test
    void aHomeOfSomebodyElseIsAConflict() throws Exception {
        AccountRemoval.destroy(server.root, server.services.accounts(), "frank");
        Path home = Files.createDirectory(server.root.resolve("/home/frank"));

        PlannedRestore plan = server.plan(RestoreServer.whole("frank"));

        assertThat(plan.conflicts())
                .singleElement()
                .asString()
                .startsWith("Account: the home /home/frank exists already");
        assertThat(server.services.accounts().names())
                .extracting(Object::toString)
                .doesNotContain("frank");
        Files.delete(home);
        assertThat(server.restore(RestoreServer.whole("frank")).result()).isNotZero();
    }

    @Test
    void aPlanTellsWhatIsMadeAndWhatIsReplaced() throws Exception {
        Files.delete(server.root.resolve("/home/bob/public_html/index.html"));
        Files.writeString(server.root.resolve("/home/bob/.htpasswd"), "x\n");
        assertThat(new HostFiles(server.root).remove("/var/named/" + BOBS + ".db")).isTrue();

        PlannedRestore plan = server.plan(RestoreServer.whole("bob"));

        assertThat(module(plan, "Homedir").creates().first())
                .contains("homedir/public_html/index.html");
        assertThat(module(plan, "ZoneFile").creates().first())
                .containsExactly("/var/named/" + BOBS + ".db");
        server.restore(RestoreServer.whole("bob"));
        PlannedRestore again = server.plan(RestoreServer.whole("bob"));
        assertThat(module(again, "ZoneFile").creates().count()).isZero();
        assertThat(module(again, "Homedir").creates().count()).isZero();
    }

    private static PlannedModule module(PlannedRestore plan, String name) {
        return plan.modules().stream()
                .filter(each -> each.module().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
