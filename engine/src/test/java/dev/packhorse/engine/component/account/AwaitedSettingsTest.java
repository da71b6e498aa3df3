package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.SmallServer;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.model.AccountName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The account `demo` is restored before or after others, as when a whole server is recovered.
class AwaitedSettingsTest {
    private static final String NOTE = "var/cpanel/packhorse/awaited/";

    @TempDir Path folder;

    private SmallServer server;

    @BeforeEach
    void makeServer() throws Exception {
        server = new SmallServer(folder);
    }

    private void restore(boolean restricted) throws Exception {
        for (String module :
                new String[] {
                    "PreRestoreActions", "Account", "CpUser", "FeatureList", "PostRestoreActions"
                }) {
            server.restore(module, restricted);
        }
    }

    private Map<String, String> settings(String account) throws Exception {
        String path = "var/cpanel/users/" + account;
        return AccountFile.parse(path, server.read(path));
    }

    /// An account that was restored before and waits.
    private void waits(String account, String notes) throws Exception {
        server.put(NOTE + account, notes);
    }

    @Test
    void aCustomerThatCameBeforeItsResellerIsGivenBack() throws Exception {
        waits("victim", "OWNER=demo\n");
        restore(false);
        assertThat(settings("victim")).containsEntry("OWNER", "demo");
        assertThat(server.has(NOTE + "victim")).isFalse();
        restore(false);
        assertThat(settings("victim")).containsEntry("OWNER", "demo");
    }

    @Test
    void aCustomerWaitsForItsOwnReseller() throws Exception {
        server.members.put(
                "cp/demo", "DNS=demo.example\nUSER=demo\nOWNER=boss\nFEATURELIST=boss_gold\n");
        restore(false);
        assertThat(settings("demo")).containsEntry("OWNER", "root");
        assertThat(settings("demo")).containsEntry("FEATURELIST", "default");
        assertThat(server.read(NOTE + "demo")).contains("OWNER=boss\n", "FEATURELIST=boss_gold\n");

        // The reseller came meanwhile, and the restore of the customer is done again.
        server.put("var/cpanel/users/boss", "DNS=boss.example\nUSER=boss\n");
        server.put(
                "etc/passwd",
                server.read("etc/passwd") + "boss:x:3000:3000::/home/boss:/bin/bash\n");
        server.put("var/cpanel/features/boss_gold", "");
        restore(false);
        assertThat(settings("demo"))
                .containsEntry("OWNER", "boss")
                .containsEntry("FEATURELIST", "boss_gold");
        assertThat(server.has(NOTE + "demo")).isFalse();
    }

    @Test
    void aResellerThatComesWhileTheCustomerIsBeingRestoredIsSeenAtItsEnd() throws Exception {
        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nOWNER=victim\n");
        Path reseller = server.root.resolve("var/cpanel/users/victim");
        String file = Files.readString(reseller);
        Files.delete(reseller);
        server.restore("PreRestoreActions", false);
        server.restore("Account", false);
        server.restore("CpUser", false);
        assertThat(settings("demo")).containsEntry("OWNER", "root");

        Files.writeString(reseller, file);
        server.restore("PostRestoreActions", false);
        assertThat(settings("demo")).containsEntry("OWNER", "victim");
    }

    /// Whoever is given the name later would get the customer with it.
    @Test
    void aCustomerIsNotGivenToAResellerThatIsBeingRemoved() throws Exception {
        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nOWNER=victim\n");
        RemovalMark removal = RemovalMark.of(server.services, new AccountName("victim"));
        removal.set();
        restore(false);
        assertThat(settings("demo")).containsEntry("OWNER", "root");
        assertThat(server.read(NOTE + "demo")).contains("OWNER=victim\n");

        removal.clear();
        restore(false);
        assertThat(settings("demo")).containsEntry("OWNER", "victim");
    }

    /// Its mark stands until all of it is back, which is after it looked after its customers.
    @Test
    void aResellerWhoseRemovalIsMadeUndoneGetsItsCustomers() throws Exception {
        waits("victim", "OWNER=demo\n");
        RemovalMark.of(server.services, new AccountName("demo")).set();
        restore(false);
        assertThat(settings("victim")).containsEntry("OWNER", "demo");
    }

    @Test
    void anAccountThatIsBeingRestoredIsLeftAlone() throws Exception {
        waits("victim", "OWNER=demo\n");
        server.put("var/cpanel/packhorse/restoring/victim", "an archive\n");
        restore(false);
        assertThat(settings("victim")).doesNotContainKey("OWNER");
        assertThat(server.has(NOTE + "victim")).isTrue();
    }

    @Test
    void anArchiveOfUnknownOriginIsGivenNobody() throws Exception {
        waits("victim", "OWNER=demo\n");
        restore(true);
        assertThat(settings("victim")).doesNotContainKey("OWNER");

        server.members.put("cp/demo", "DNS=demo.example\nUSER=demo\nOWNER=boss\n");
        restore(true);
        assertThat(server.has(NOTE + "demo")).isFalse();
    }

    @Test
    void whoWasGivenToAnotherMeanwhileStaysThere() throws Exception {
        waits("victim", "OWNER=demo\nFEATURELIST=gone\n");
        server.put(
                "var/cpanel/users/victim",
                "DNS=victim.example\nIP=198.51.100.8\nOWNER=another\nUSER=victim\n");
        restore(false);
        assertThat(settings("victim")).containsEntry("OWNER", "another");
        assertThat(server.read(NOTE + "victim"))
                .contains("FEATURELIST=gone")
                .doesNotContain("OWNER");
    }

    @Test
    void aFeatureListThatCameIsSet() throws Exception {
        waits("victim", "FEATURELIST=demo_gold\n");
        server.put("var/cpanel/features/demo_gold", "");
        restore(false);
        assertThat(settings("victim")).containsEntry("FEATURELIST", "demo_gold");
        assertThat(server.has(NOTE + "victim")).isFalse();
    }
}
