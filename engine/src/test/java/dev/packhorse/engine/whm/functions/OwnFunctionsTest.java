package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.component.DatabaseDepth;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.destination.FolderTransport;
import dev.packhorse.engine.job.ArchiveNaming;
import dev.packhorse.engine.job.BackupArguments;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PkgacctArguments;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.session.FileSessionLog;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.whm.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OwnFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.account("bob", "root");
    }

    private Job only(JobKind kind) {
        List<Job> jobs = server.queue.list(JobFilter.of(Set.of(kind), Set.of()));
        assertThat(jobs).hasSize(1);
        return jobs.getFirst();
    }

    @Test
    void oneAccountIsOneBackupEvenWhenAskedTwice() throws Exception {
        JsonNode first = server.data("packhorse_backup_start", "user=alice");
        JsonNode second = server.data("packhorse_backup_start", "user=alice");

        assertThat(second.path("job")).isEqualTo(first.path("job"));
        assertThat(second.path("session_id")).isEqualTo(first.path("session_id"));
        assertThat(second.path("added").asInt()).isZero();
        BackupArguments arguments =
                JobJson.read(only(JobKind.BACKUP).request().arguments(), BackupArguments.class);
        assertThat(arguments.date()).isEqualTo("2026-11-24");
        assertThat(arguments.session()).isEqualTo(first.path("session_id").asString());
    }

    @Test
    void aLabelledBackupHasANameOfItsOwn() throws Exception {
        server.data("packhorse_backup_start", "user=alice", "label=before upgrade");
        BackupArguments arguments =
                JobJson.read(only(JobKind.BACKUP).request().arguments(), BackupArguments.class);
        assertThat(arguments.label()).isEqualTo("before upgrade");
        assertThat(arguments.date()).matches("2026-11-24\\.\\d{6}");
        assertThat(server.data("packhorse_pin_list").path("pins").size())
                .as("its job does that when there is something to pin")
                .isZero();

        assertThatThrownBy(() ->
                        server.call(
                                "packhorse_backup_start", "user=alice", "label=" + "x".repeat(65)))
                .hasMessageContaining("“label”")
                .hasMessageContaining("64");
    }

    @Test
    void aLabelledRunHandsItsLabelOn() throws Exception {
        server.data("packhorse_backup_start", "all=1", "label=before upgrade");
        RunArguments run =
                JobJson.read(only(JobKind.RUN).request().arguments(), RunArguments.class);
        assertThat(run.label()).isEqualTo("before upgrade");
    }

    @Test
    void manyAccountsAreOneManualRun() throws Exception {
        server.data("packhorse_backup_start", "user=alice", "user=bob");
        RunArguments run =
                JobJson.read(only(JobKind.RUN).request().arguments(), RunArguments.class);
        assertThat(run.accounts()).containsExactly("alice", "bob");
        assertThat(run.manual()).isTrue();
    }

    @Test
    void runningNowTakesTheCalendarsThatAreDue() throws Exception {
        assertThat(server.data("packhorse_run_now").path("job").asString()).hasSize(15);
        RunArguments run =
                JobJson.read(only(JobKind.RUN).request().arguments(), RunArguments.class);
        assertThat(run.tiers()).containsExactly(Tier.DAILY);
        assertThat(run.manual()).isFalse();

        server.call("backup_config_set", "backupdays=0");
        assertThatThrownBy(() -> server.call("packhorse_run_now"))
                .hasMessageContaining("Nothing is due");
    }

    @Test
    void jobsAreListedCountedCancelledRetriedAndRemoved() throws Exception {
        String id = server.data("packhorse_backup_start", "user=alice").path("job").asString();
        JsonNode listed =
                server.data("packhorse_job_list", "state=open", "limit=1000000000").path("jobs");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.get(0).path("state").asString()).isEqualTo("pending");
        assertThat(listed.get(0).path("session").asString()).startsWith("alice2026");
        assertThat(
                        server.data("packhorse_status")
                                .path("jobs")
                                .path("backup")
                                .path("pending")
                                .asInt())
                .isEqualTo(1);

        assertThatThrownBy(() -> server.call("packhorse_job_retry", "id=" + id))
                .hasMessageContaining("did not end badly");
        server.call("packhorse_job_cancel", "id=" + id);
        assertThatThrownBy(() -> server.call("packhorse_job_cancel", "id=" + id))
                .hasMessageContaining("has ended");
        server.call("packhorse_job_retry", "id=" + id);
        server.call("packhorse_job_remove", "id=" + id);
        assertThat(server.queue.find(new JobId(id))).isEmpty();
    }

    @Test
    void pausingIsShown() throws Exception {
        assertThat(
                        server.data("packhorse_queue_pause", "kind=upload")
                                .path("paused")
                                .get(0)
                                .asString())
                .isEqualTo("upload");
        // An alarm about a paused queue must come through.
        assertThat(server.data("packhorse_queue_pause").path("paused"))
                .hasSize(JobKind.values().length - 1)
                .noneMatch(kind -> kind.asString().equals("notify"));
        assertThat(server.data("packhorse_queue_pause", "kind=notify").path("paused"))
                .hasSize(JobKind.values().length);
        assertThat(server.data("packhorse_queue_pause", "paused=0").path("paused").isEmpty())
                .isTrue();
    }

    @Test
    void aLogIsFollowedPageByPageUntilTheEnd() throws Exception {
        String session =
                server.data("packhorse_backup_start", "user=alice").path("session_id").asString();
        assertThat(
                        server.data("packhorse_session_log", "session_id=" + session)
                                .path("log")
                                .asString())
                .isEmpty();
        try (FileSessionLog log = server.sessions.openPkgacctLog(new SessionId(session))) {
            log.line("one");
            JsonNode page = server.data("packhorse_session_log", "session_id=" + session);
            assertThat(page.path("log").asString()).contains("one");
            assertThat(page.path("ended").asInt()).isZero();
            log.line("two");
            JsonNode next =
                    server.data(
                            "packhorse_session_log",
                            "session_id=" + session,
                            "offset=" + page.path("next_offset").asLong());
            assertThat(next.path("log").asString()).contains("two").doesNotContain("one");
        }
        server.queue.requestCancel(only(JobKind.BACKUP).id(), "root");
        JsonNode last = server.data("packhorse_session_log", "session_id=" + session);
        assertThat(last.path("ended").asInt()).isEqualTo(1);
        assertThat(last.path("state").asString()).isEqualTo("CANCELLED");
    }

    @Test
    void packagingNeverWritesIntoTheHomeByDefault() throws Exception {
        server.data("start_background_pkgacct", "user=alice", "compressionsetting=compress");
        PkgacctArguments arguments =
                JobJson.read(only(JobKind.PKGACCT).request().arguments(), PkgacctArguments.class);
        assertThat(arguments.folder()).isEqualTo("/home");
        assertThat(arguments.compressed()).isTrue();
    }

    @Test
    void theSamePackagingAskedTwiceIsOneAndAnotherMustWait() throws Exception {
        JsonNode first = server.data("start_background_pkgacct", "user=alice");
        assertThat(server.data("start_background_pkgacct", "user=alice")).isEqualTo(first);
        assertThatThrownBy(() ->
                        server.call("start_background_pkgacct", "user=alice", "skiphomedir=1"))
                .hasMessageContaining("“alice”");
        only(JobKind.PKGACCT);
    }

    @Test
    void everySwitchReachesThePacking() throws Exception {
        for (PackSkip skip : PackSkip.values()) {
            server.data("start_background_pkgacct", "user=alice", skip.wireName() + "=1");
            assertThat(pkgacct().skips()).containsExactly(skip);
            server.call("packhorse_job_remove", "id=" + only(JobKind.PKGACCT).id());
        }
    }

    @Test
    void theOptionsOfAPackingReachIt() throws Exception {
        server.data(
                "start_background_pkgacct",
                "user=alice",
                "split=1",
                "split_size=3",
                "mysqlver=5.7",
                "dbbackup=schema",
                "low_priority=1",
                "naming=userbackup");
        PkgacctArguments arguments = pkgacct();
        assertThat(arguments.partBytes()).isEqualTo(3L << 20);
        assertThat(arguments.mysqlVersion()).isEqualTo("5.7");
        assertThat(arguments.databases()).isEqualTo(DatabaseDepth.SCHEMA);
        assertThat(arguments.lowPriority()).isTrue();
        assertThat(arguments.naming()).isEqualTo(ArchiveNaming.USERBACKUP);
        assertThat(arguments.skips()).isEmpty();
    }

    private PkgacctArguments pkgacct() {
        return JobJson.read(only(JobKind.PKGACCT).request().arguments(), PkgacctArguments.class);
    }

    @Test
    void anArchiveOfUnknownOriginIsTrustedOnlyWhenTheCallSaysSo() throws Exception {
        server.rootFile("home/cpmove-new.tar.gz", "x");
        for (String given : List.of("", "restricted=1", "restricted=0")) {
            server.call(
                    "start_local_cpmove_restore",
                    given.isEmpty()
                            ? new String[] {"cpmovepath=/home/cpmove-new.tar.gz"}
                            : new String[] {"cpmovepath=/home/cpmove-new.tar.gz", given});
            Job job = only(JobKind.RESTORE);
            RestoreArguments arguments =
                    JobJson.read(job.request().arguments(), RestoreArguments.class);
            assertThat(arguments.trusted()).as(given).isEqualTo(given.equals("restricted=0"));
            assertThat(arguments.account()).isEqualTo("new");
            server.call("packhorse_job_remove", "id=" + job.id());
        }
    }

    @Test
    void configurationIsSetAndShownInBothSpellings() throws Exception {
        server.call("backup_config_set", "backupenable=1", "backupsuspendedaccounts=1");
        JsonNode shown = server.data("backup_config_get").path("backup_config");
        assertThat(shown.path("backupenable").asInt()).isEqualTo(1);
        assertThat(shown.path("backupsuspendedaccts").asInt()).isEqualTo(1);
        assertThat(shown.path("backupsuspendedaccounts").asInt()).isEqualTo(1);
    }

    @Test
    void aDestinationWithoutEncryptionIsAddedAndChangedWithAWarning() throws Exception {
        List<String> added =
                server.call(
                                "backup_destination_add",
                                "name=plain",
                                "type=FTP",
                                "host=ftp.example",
                                "username=u",
                                "password=p",
                                "tls=none")
                        .warnings();
        assertThat(added)
                .containsExactly(
                        "the password and the backups of destination plain travel unencrypted to ftp.example");
        String id =
                server.data("backup_destination_list")
                        .path("destination_list")
                        .get(0)
                        .path("id")
                        .asString();
        assertThat(server.call("backup_destination_set", "id=" + id, "name=open").warnings())
                .hasSize(1);
        assertThat(server.call("backup_destination_set", "id=" + id, "tls=explicit").warnings())
                .isEmpty();
    }

    @Test
    void aDestinationWithoutEncryptionIsFoundFitWithAWarning() throws Exception {
        for (String ssl : List.of("0", "1")) {
            String id =
                    server.data(
                                    "backup_destination_add",
                                    "name=dav" + ssl,
                                    "type=WebDAV",
                                    "host=" + FolderTransport.HOST,
                                    "username=u",
                                    "password=p",
                                    "path=" + ssl,
                                    "ssl=" + ssl)
                            .path("id")
                            .asString();
            assertThat(server.call("backup_destination_validate", "id=" + id).warnings())
                    .hasSize(ssl.equals("0") ? 1 : 0);
        }
    }

    @Test
    void aDiskThatIsMountedWhenNeededHasNoUploadSlots() throws Exception {
        assertThatThrownBy(() ->
                        server.data(
                                "backup_destination_add",
                                "name=disk",
                                "type=Local",
                                "path=/backup2",
                                "mount=1",
                                "upload_slots=2",
                                "upload_slots_path=/backup3"))
                .hasMessageContaining("upload_slots")
                .hasMessageContaining("mount=1");
        String id =
                server.data(
                                "backup_destination_add",
                                "name=disk",
                                "type=Local",
                                "path=/backup2",
                                "upload_slots=2",
                                "upload_slots_path=/backup3")
                        .path("id")
                        .asString();
        assertThatThrownBy(() -> server.call("backup_destination_set", "id=" + id, "mount=1"))
                .hasMessageContaining("upload_slots");
        server.call("backup_destination_set", "id=" + id, "mount=1", "upload_slots=");
    }

    @Test
    void aDestinationThatFailsItsProofIsSwitchedOffWhenAsked() throws Exception {
        String id =
                server.data("backup_destination_add", "name=disk", "type=Local", "path=/backup2")
                        .path("id")
                        .asString();
        server.call("backup_destination_validate", "id=" + id);
        assertThat(root.resolve("backup2")).isDirectory();

        server.call("backup_destination_set", "id=" + id, "mount=1", "no_mount_fail=1");
        assertThatThrownBy(() -> server.call("backup_destination_validate", "id=" + id))
                .hasMessageContaining("“disk”")
                .hasMessageContaining("not mounted");
        assertThat(server.data("backup_destination_get", "id=" + id).path("disabled").asInt())
                .isZero();
        assertThatThrownBy(() ->
                        server.call("backup_destination_validate", "id=" + id, "disableonfail=1"))
                .hasMessageContaining("not mounted");
        JsonNode off = server.data("backup_destination_get", "id=" + id);
        assertThat(off.path("disabled").asInt()).isEqualTo(1);
        assertThat(off.path("disable_reason").asString()).contains("not mounted");
        server.call("backup_destination_set", "id=" + id, "disabled=0");
        assertThat(server.data("backup_destination_get", "id=" + id).has("disable_reason"))
                .isFalse();
    }

    @Test
    void accountsAreSearchedAndReducedToWhatIsWanted() throws Exception {
        JsonNode found =
                server.data("listaccts", "search=^b", "searchtype=domain", "want=user, domain")
                        .path("acct");
        assertThat(found.size()).isEqualTo(1);
        assertThat(found.get(0).propertyNames()).containsExactlyInAnyOrder("user", "domain");
        assertThat(
                        server.data("listaccts", "search=bo", "searchmethod=exact")
                                .path("acct")
                                .isEmpty())
                .isTrue();
        assertThat(
                        server.data("accountsummary", "domain=BOB.example")
                                .path("acct")
                                .get(0)
                                .path("startdate")
                                .asString())
                .isEqualTo("13 May 22 21:03");
    }

    /// An expression matches any part, and capitals are not small letters.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "o; 1",
                "^o; 0",
                "b$; 1",
                "B; 0",
                "(?i)B; 1",
                "^[a-z]{1,63}$; 2",
                "^[a-z]{1,3}(?:c[a-z]{0,20})?$; 2",
                "\\Abo?b\\z; 1",
                "\\w+; 2",
                "alice|bob; 2",
                "\\Qb.\\E; 0"
            })
    void expressionsMatchAsTheyDid(String expression, int found) throws Exception {
        assertThat(server.data("listaccts", "search=" + expression).path("acct").size())
                .isEqualTo(found);
    }

    @Test
    void rebuildingTellsHowManyAreNew() throws Exception {
        assertThat(server.data("packhorse_catalog_rebuild").path("added").asInt()).isEqualTo(3);
    }

    @Test
    void aFolderThatOthersCanWriteIsNotSearchedForArchives() throws Exception {
        server.rootFile("home/cpmove-new.tar.gz", "x");
        server.folder("web");
        server.rootFile("web/cpmove-planted.tar.gz", "x");
        Files.setPosixFilePermissions(
                root.resolve("web"), PosixFilePermissions.fromString("rwxrwxrwx"));

        Answer answer = server.call("list_cparchive_files");
        JsonNode files = answer.data().orElseThrow().path("quickrestore_files");
        assertThat(files.size()).isEqualTo(1);
        assertThat(files.get(0).path("user").asString()).isEqualTo("new");
        assertThat(answer.warnings()).singleElement().asString().contains("/web can be changed");
    }
}
