package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.SwitchArguments;
import dev.packhorse.engine.job.SwitchProgress;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.WhmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BackupSettingsFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.account("rita", "rita");
        server.account("carol", "rita");
        for (String name : new String[] {"alice", "carol", "gone"}) {
            server.catalog.add(name, DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        }
    }

    @Test
    void usersWithRestorePointsAreListedAndThoseWhoAreGoneHaveNoDomain() throws Exception {
        assertThat(server.data("get_users_with_backup_metadata").toString())
                .isEqualTo("{\"accounts\":[\"alice\",\"carol\",\"gone\"]}");

        Answer domains = server.call("get_users_and_domains_with_backup_metadata");

        assertThat(domains.data().orElseThrow().toString())
                .isEqualTo("{\"alice\":\"alice.example\",\"carol\":\"carol.example\"}");
        assertThat(domains.warnings()).singleElement().asString().endsWith(": gone");
    }

    @Test
    void aResellerSeesOnlyItsOwnUsers() throws Exception {
        Caller rita = new Caller("rita", Set.of("file-restore"), "", "127.0.0.1");

        assertThat(
                        server.callAs(rita, "get_users_with_backup_metadata")
                                .data()
                                .orElseThrow()
                                .toString())
                .isEqualTo("{\"accounts\":[\"carol\"]}");
        Answer domains = server.callAs(rita, "get_users_and_domains_with_backup_metadata");
        assertThat(domains.data().orElseThrow().toString())
                .isEqualTo("{\"carol\":\"carol.example\"}");
        assertThat(domains.warnings()).isEmpty();
    }

    @Test
    void theSwitchOfAnAccountIsTurnedOverInItsFile() throws Exception {
        Answer off = server.call("toggle_user_backup_state", "user=alice");
        Answer on = server.call("toggle_user_backup_state", "user=alice");
        Answer legacy = server.call("toggle_user_backup_state", "user=alice", "legacy=1");

        assertThat(off.reason()).isEqualTo("Backup state modified");
        assertThat(off.data().orElseThrow().path("toggle_status").asInt()).isZero();
        assertThat(on.data().orElseThrow().path("toggle_status").asInt()).isOne();
        assertThat(legacy.data().orElseThrow().path("toggle_status").asInt()).isOne();
        assertThat(Files.readString(root.resolve("var/cpanel/users/alice")))
                .contains("\nBACKUP=1\n")
                .contains("\nLEGACY_BACKUP=1\n");
    }

    @Test
    void allAccountsAreSwitchedByAJobWhoseProgressIsTold() throws Exception {
        assertThat(status()).hasToString(reason("Nothing was started", 0, 0));

        Answer started = server.call("backup_skip_users_all", "backupversion=legacy", "state=1");

        assertThat(started.reason()).isEqualTo("Configuration update process started");
        assertThat(status()).hasToString(reason("Waiting", 0, 1));
        assertThatThrownBy(() ->
                        server.call("backup_skip_users_all", "backupversion=backup", "state=1"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("already");
        Lease lease = claim();
        assertThat(JobJson.read(lease.job().request().arguments(), SwitchArguments.class))
                .isEqualTo(new SwitchArguments(true, true));
        server.queue.renew(
                lease, JobJson.write(new SwitchProgress(1, 3, 0)), Duration.ofMinutes(1));
        assertThat(status()).hasToString(reason("1 of 3 accounts", 33, 1));
        server.queue.finish(
                lease,
                new JobOutcome.Succeeded(JobJson.write(new SwitchProgress(3, 3, 0))),
                FollowUp.NONE);
        assertThat(status()).hasToString(reason("Done", 100, 0));
    }

    @Test
    void theStatusNamesWhatCouldNotBeSwitched() throws Exception {
        server.call("backup_skip_users_all", "backupversion=backup", "state=0");
        server.queue.finish(
                claim(),
                new JobOutcome.Partial(
                        JobJson.write(new SwitchProgress(3, 3, 1)),
                        "the switch could not be put for carol"),
                FollowUp.NONE);

        assertThat(status())
                .hasToString(reason("Done, but the switch could not be put for carol", 100, 0));
    }

    @Test
    void theLegacyConfigurationIsTakenOverAndPutAside() throws Exception {
        server.rootFile("etc/cpbackup.conf", "BACKUPENABLE yes\nBACKUPDIR /etc\nBACKUPDAYS 1,2\n");

        Answer answer = server.call("convert_and_migrate_from_legacy_config");

        String name = "/etc/cpbackup.conf-" + server.queue.now().getEpochSecond();
        assertThat(answer.reason())
                .isEqualTo(
                        "Legacy Backup configuration was renamed from /etc/cpbackup.conf to "
                                + name
                                + " as a backup copy for your records.");
        assertThat(answer.warnings()).singleElement().asString().contains("BACKUPDIR", "system");
        assertThat(root.resolve("etc/cpbackup.conf")).doesNotExist();
        assertThat(root.resolve(name.substring(1))).content().startsWith("BACKUPENABLE yes");
        assertThat(server.config.read().isOn(ConfigKey.BACKUPENABLE)).isTrue();
        assertThat(server.config.read().text(ConfigKey.BACKUPDAYS)).isEqualTo("1,2");
        assertThat(server.config.read().directory()).isEqualTo("/backup");
    }

    @Test
    void withoutConversionTheSettingsStay() throws Exception {
        server.rootFile("etc/cpbackup.conf", "BACKUPENABLE yes\n");

        server.call("convert_and_migrate_from_legacy_config", "no_convert=1");

        assertThat(root.resolve("etc/cpbackup.conf")).doesNotExist();
        assertThat(server.config.read().isOn(ConfigKey.BACKUPENABLE)).isFalse();
    }

    @Test
    void aMissingOrLinkedLegacyConfigurationIsRefused() throws Exception {
        assertThatThrownBy(() -> server.call("convert_and_migrate_from_legacy_config"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("no Legacy Backup configuration");
        server.rootFile("etc/other", "BACKUPENABLE yes\n");
        Files.createSymbolicLink(root.resolve("etc/cpbackup.conf"), root.resolve("etc/other"));

        assertThatThrownBy(() -> server.call("convert_and_migrate_from_legacy_config"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("not a regular file");
        assertThat(root.resolve("etc/other")).exists();
    }

    @Test
    void aConfigurationPutAsideInTheSameSecondIsNotReplaced() throws Exception {
        server.rootFile("etc/cpbackup.conf", "BACKUPENABLE yes\n");
        server.rootFile(
                "etc/cpbackup.conf-" + server.queue.now().getEpochSecond(), "the older one\n");

        assertThatThrownBy(() -> server.call("convert_and_migrate_from_legacy_config"))
                .isInstanceOf(WhmException.class);
        assertThat(root.resolve("etc/cpbackup.conf")).exists();
    }

    private Lease claim() {
        return server.queue
                .claim("w", "node1", Set.of(JobKind.SWITCH_ACCOUNTS), Duration.ofMinutes(1))
                .orElseThrow();
    }

    private JsonNode status() throws WhmException {
        return server.data("backup_skip_users_all_status").path("reason");
    }

    private static String reason(String text, int percent, int running) {
        return JobJson.write(
                new java.util.TreeMap<>(
                        java.util.Map.of("msg", text, "perc", percent, "running", running)));
    }
}
