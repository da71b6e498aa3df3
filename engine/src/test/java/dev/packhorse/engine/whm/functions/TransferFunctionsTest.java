package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PkgacctArguments;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.WhmException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TransferFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        for (String user : List.of("alice", "bob", "carol")) {
            server.rootFile("home/cpmove-" + user + ".tar.gz", "not read here");
        }
    }

    private String session(String... more) throws Exception {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "host=localhost";
        arguments[1] = "user=root";
        System.arraycopy(more, 0, arguments, 2, more.length);
        return server.data("create_remote_root_transfer_session", arguments)
                .path("transfer_session_id")
                .asString();
    }

    private void enqueue(String session, String user, String... more) throws Exception {
        String[] arguments = new String[more.length + 4];
        arguments[0] = "transfer_session_id=" + session;
        arguments[1] = "module=AccountLocal";
        arguments[2] = "user=" + user;
        arguments[3] = "localuser=" + user;
        System.arraycopy(more, 0, arguments, 4, more.length);
        server.call("enqueue_transfer_item", arguments);
    }

    private void ask(String verb, String session) throws Exception {
        server.call(verb + "_transfer_session", "transfer_session_id=" + session);
    }

    private String state(String session) throws Exception {
        return server.data("get_transfer_session_state", "transfer_session_id=" + session)
                .path("state_name")
                .asString();
    }

    private String master(String session) throws Exception {
        return server.data(
                        "fetch_transfer_session_log",
                        "transfer_session_id=" + session,
                        "logfile=master.log")
                .path("log")
                .asString();
    }

    private List<Job> jobs(JobState... states) {
        return server.queue.list(JobFilter.of(Set.of(JobKind.RESTORE), Set.of(states)));
    }

    private RestoreArguments arguments(String user) {
        return jobs().stream()
                .map(job -> JobJson.read(job.request().arguments(), RestoreArguments.class))
                .filter(each -> each.account().equals(user))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSessionGoesThroughItsStates() throws Exception {
        String session = session();
        assertThat(session).matches("localcopy\\d{14}[A-Za-z0-9]{4}");
        assertThat(state(session)).isEqualTo("PENDING");
        enqueue(session, "bob");
        enqueue(session, "carol");
        assertThat(state(session)).isEqualTo("PENDING");
        assertThat(jobs(JobState.HELD)).hasSize(2);

        ask("start", session);
        assertThat(state(session)).isEqualTo("RESTORE_PENDING");
        server.runRestore(1);
        assertThat(state(session)).isEqualTo("RESTORE_INPROGRESS");
        assertThat(master(session)).doesNotContain("\"complete\"");
        server.runRestore(2);

        assertThat(state(session)).isEqualTo("COMPLETED");
        assertThat(master(session).split("\"complete\"", -1)).hasSize(2);
        assertThat(state(session)).isEqualTo("COMPLETED");
        assertThat(master(session).split("\"complete\"", -1)).hasSize(2);
        assertThat(master(session)).contains("\"queue_size\"", "\"msg\":2,\"queue\":\"RESTORE\"");
    }

    @Test
    void oneItemThatFailedMakesTheSessionFailed() throws Exception {
        String session = session();
        enqueue(session, "bob");
        enqueue(session, "carol");
        ask("start", session);
        server.runRestore(0);
        server.runRestore(1);
        assertThat(state(session)).isEqualTo("FAILED");
    }

    @Test
    void itemsThatAreRemovedChangeNoEnd() throws Exception {
        String session = session();
        enqueue(session, "bob");
        enqueue(session, "carol");
        ask("start", session);
        server.runRestore(0);
        server.runRestore(2);
        remove(JobState.FAILED);
        assertThat(state(session)).isEqualTo("FAILED");
        remove(JobState.PARTIAL);
        assertThat(jobs()).isEmpty();
        assertThat(state(session)).as("the better one went last").isEqualTo("FAILED");
        assertThat(server.data("packhorse_session_log", "session_id=" + session).path("state"))
                .hasToString("\"FAILED\"");
        assertThat(master(session)).contains("\"complete\"");
        assertThatThrownBy(() -> enqueue(session, "alice", "force=1"))
                .hasMessageContaining("takes no more items");
        assertThatThrownBy(() -> ask("start", session)).hasMessageContaining("has ended: FAILED");
    }

    @Test
    void aSessionWithoutItsItemsEndedAsTheyDid() throws Exception {
        for (int result : List.of(1, 2)) {
            String session = session();
            enqueue(session, "bob");
            ask("start", session);
            server.runRestore(result);
            remove(JobState.SUCCEEDED, JobState.PARTIAL);
            assertThat(state(session)).isEqualTo("COMPLETED");
            assertThat(server.data("packhorse_session_log", "session_id=" + session).path("state"))
                    .hasToString(result == 1 ? "\"SUCCEEDED\"" : "\"PARTIAL\"");
        }
    }

    @Test
    void whatBeganHasBegunWhenItsItemsAreRemoved() throws Exception {
        String session = session();
        enqueue(session, "bob");
        enqueue(session, "carol");
        ask("start", session);
        server.runRestore(1);
        remove(JobState.SUCCEEDED);
        assertThat(state(session)).isEqualTo("RESTORE_INPROGRESS");
        remove(JobState.PENDING);
        assertThat(state(session)).as("as if it was cancelled").isEqualTo("ABORTED");
    }

    @Test
    void itemsAreTakenBackBeforeTheStart() throws Exception {
        String session = session();
        enqueue(session, "bob");
        remove(JobState.HELD);
        assertThat(state(session)).isEqualTo("PENDING");
        enqueue(session, "carol");
        ask("start", session);
        server.runRestore(1);
        assertThat(state(session)).isEqualTo("COMPLETED");
    }

    private void remove(JobState... states) throws Exception {
        for (Job job : jobs(states)) {
            server.call("packhorse_job_remove", "id=" + job.id());
        }
    }

    @Test
    void pausedItemsWaitForTheNextStart() throws Exception {
        String session = session();
        enqueue(session, "bob");
        enqueue(session, "carol");
        ask("start", session);
        Lease begun = server.claimRestore();

        assertThat(server.call("pause_transfer_session", "transfer_session_id=" + session).reason())
                .isEqualTo("OK.");
        ask("pause", session);
        assertThat(state(session)).isEqualTo("RESTORE_INPROGRESS");
        server.queue.finish(begun, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        assertThat(state(session)).isEqualTo("PAUSED");
        assertThat(server.queue.claim("w", "node1", Set.of(JobKind.RESTORE), Duration.ofMinutes(1)))
                .isEmpty();

        ask("start", session);
        server.runRestore(1);
        assertThat(state(session)).isEqualTo("COMPLETED");
        assertThat(master(session)).contains("\"pause\"", "\"resume\"");
    }

    @Test
    void anAbortedSessionDoesNothingMore() throws Exception {
        String session = session();
        enqueue(session, "bob");
        enqueue(session, "carol");
        ask("start", session);
        server.runRestore(1);
        ask("abort", session);
        ask("abort", session);

        assertThat(state(session)).isEqualTo("ABORTED");
        assertThat(jobs(JobState.CANCELLED)).hasSize(1);
        assertThat(master(session)).contains("\"abort\"", "\"complete\"");
        assertThatThrownBy(() -> ask("start", session)).hasMessageContaining("has ended: ABORTED");
        assertThatThrownBy(() -> ask("pause", session)).hasMessageContaining("has ended");
        assertThatThrownBy(() -> enqueue(session, "bob")).hasMessageContaining("no more items");
    }

    @Test
    void whatEndedIsNotStartedAgain() throws Exception {
        String session = session();
        enqueue(session, "bob");
        ask("start", session);
        server.runRestore(1);
        assertThatThrownBy(() -> ask("start", session))
                .hasMessageContaining("has ended: COMPLETED");
        assertThatThrownBy(() -> ask("abort", session)).hasMessageContaining("has ended");
    }

    @Test
    void theRestoreQueueLeavesItemsOfSessionsAlone() throws Exception {
        String session = session();
        enqueue(session, "bob");
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        server.call("restore_queue_add_task", "user=alice", "restore_point=2026-11-20");
        server.call("restore_queue_activate");

        assertThat(jobs(JobState.PENDING))
                .extracting(job -> job.request().subject())
                .containsExactly("alice");
        assertThat(server.data("restore_queue_list_pending").toString()).doesNotContain("bob");
        ask("start", session);
        assertThat(jobs(JobState.PENDING)).hasSize(2);
    }

    @Test
    void anItemIsTheRestoreThatWasAskedFor() throws Exception {
        enqueue(
                session("unrestricted_restore=1"),
                "bob",
                "cpmovefile=/home/cpmove-bob.tar.gz",
                "skiphomedir=1",
                "skipacctdb=1",
                "skipbwdata=1",
                "skipres=1",
                "ip=1");
        RestoreArguments arguments = arguments("bob");
        assertThat(arguments.archivePath()).isEqualTo("/home/cpmove-bob.tar.gz");
        assertThat(arguments.trusted()).isTrue();
        assertThat(arguments.mysql()).isFalse();
        assertThat(arguments.mailConfig()).isTrue();
        assertThat(arguments.giveIp()).isTrue();
        assertThat(arguments.without()).containsExactly("Homedir", "BandwidthData", "Reseller");

        enqueue(session(), "carol");
        assertThat(arguments("carol").trusted()).isFalse();
        assertThat(arguments("carol").archivePath()).isEqualTo("/home/cpmove-carol.tar.gz");
    }

    @Test
    void backupsAreTakenFromTheCatalog() throws Exception {
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-21");
        String session = session();
        server.call(
                "enqueue_transfer_item",
                "transfer_session_id=" + session,
                "module=LegacyAccountBackup",
                "user=alice",
                "localuser=alice",
                "force=1",
                "restore_point=2026-11-20");
        assertThat(arguments("alice").restorePoint()).isEqualTo("2026-11-20");
        assertThatThrownBy(() ->
                        server.call(
                                "enqueue_transfer_item",
                                "transfer_session_id=" + session,
                                "module=LegacyAccountBackup",
                                "user=bob",
                                "localuser=bob"))
                .hasMessageContaining("Unable to find archive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpmovefile=/etc/passwd",
                "cpmovefile=/home/../etc/passwd",
                "cpmovefile=/home/cpmove-ghost.tar.gz",
                "overwrite_with_delete=1",
                "shared_mysql_server=1",
                "customip=192.0.2.9",
                "mail_location=node7",
                "skipaccount=1"
            })
    void whatCannotBeDoneIsRefused(String parameter) throws Exception {
        String session = session();
        assertThatThrownBy(() -> enqueue(session, "bob", parameter))
                .isInstanceOf(WhmException.class);
        assertThat(jobs()).isEmpty();
        assertThat(state(session)).isEqualTo("PENDING");
    }

    @Test
    void anAccountGetsAnotherNameIfThatIsFree() throws Exception {
        String session = session();
        renamed(session, "localuser=zoe", "replaceip=basic");
        RestoreArguments arguments = arguments("zoe");
        assertThat(arguments.packedAs()).hasToString("bob");
        assertThat(arguments.archivePath()).isEqualTo("/home/cpmove-bob.tar.gz");
        assertThat(arguments.as().panelAddressesOnly()).isTrue();

        assertThatThrownBy(() -> renamed(session, "localuser=alice", "skiphomedir=0"))
                .hasMessageContaining("already has an account named");
        assertThatThrownBy(() -> renamed(session, "localuser=new", "force=1"))
                .hasMessageContaining("force");
    }

    private void renamed(String session, String name, String more) throws Exception {
        server.call(
                "enqueue_transfer_item",
                "transfer_session_id=" + session,
                "module=AccountLocal",
                "user=bob",
                name,
                more,
                "cpmovefile=/home/cpmove-bob.tar.gz");
    }

    @Test
    void anAccountThatExistsIsOverwrittenOnlyWhenAsked() throws Exception {
        String session = session();
        assertThatThrownBy(() -> enqueue(session, "alice")).hasMessageContaining("set “force”");
        assertThatThrownBy(() -> enqueue(session, "alice", "force=1", "overwrite_sameowner_dbs=0"))
                .hasMessageContaining("overwrite_sameowner_dbs");
        assertThatThrownBy(
                        () -> enqueue(session, "alice", "force=1", "overwrite_sameowner_dbusers=0"))
                .hasMessageContaining("overwrite_sameowner_dbusers");
        String vouched = session("unrestricted_restore=1");
        assertThatThrownBy(() -> enqueue(vouched, "alice", "force=1"))
                .hasMessageContaining("unrestricted_restore");
        assertThat(jobs()).isEmpty();
        enqueue(session, "alice", "force=1");
        assertThatThrownBy(() -> enqueue(session, "alice", "force=1"))
                .hasMessageContaining("has “alice” already");
    }

    @Test
    void ofSeveralArchivesOneMustBeChosen() throws Exception {
        server.folder("root");
        server.rootFile("root/cpmove-bob.tar.gz", "another");
        String session = session();
        assertThatThrownBy(() -> enqueue(session, "bob"))
                .hasMessageContaining("/home/cpmove-bob.tar.gz, /root/cpmove-bob.tar.gz");
        enqueue(session, "bob", "cpmovefile=/root/cpmove-bob.tar.gz");
        assertThatThrownBy(() -> enqueue(session, "dave"))
                .hasMessageContaining("name one with “cpmovefile”");
    }

    @ParameterizedTest
    @CsvSource({"start", "pause", "abort"})
    void sessionsThatTakeNoItemsAreRefused(String verb) throws Exception {
        String single =
                server.data("start_local_cpmove_restore", "cpmovepath=/home/cpmove-bob.tar.gz")
                        .path("transfer_session_id")
                        .asString();
        for (String id : List.of(single, "nosuch", "../../etc", "")) {
            assertThatThrownBy(() -> ask(verb, id)).hasMessageContaining("There is no session");
        }
        if (!verb.equals("abort")) {
            String empty = session();
            assertThatThrownBy(() -> ask(verb, empty)).isInstanceOf(WhmException.class);
        }
    }

    @Test
    void otherServersAreToldToBringTheirArchives() {
        for (String argument : List.of("host=192.0.2.7", "host=")) {
            assertThatThrownBy(() ->
                            server.call(
                                    "create_remote_root_transfer_session", argument, "user=root"))
                    .hasMessageContaining("copy the archives of another server here first");
        }
        assertThatThrownBy(() ->
                        server.call(
                                "create_remote_root_transfer_session",
                                "host=host.example",
                                "user=rita"))
                .hasMessageContaining("“user”");
    }

    @Test
    void theLogTellsWhetherMoreWillCome() throws Exception {
        String session = session();
        enqueue(session, "bob");
        ask("start", session);
        assertThat(server.data("packhorse_session_log", "session_id=" + session).path("ended"))
                .hasToString("0");
        server.runRestore(2);
        assertThat(server.data("packhorse_session_log", "session_id=" + session).path("state"))
                .hasToString("\"PARTIAL\"");
        assertThat(server.data("packhorse_session_log", "session_id=" + session).path("ended"))
                .hasToString("1");
    }

    @Test
    void modulesAndTheirKeysAreListed() throws Exception {
        assertThat(server.data("available_transfer_modules").path("modules"))
                .hasToString("{\"AccountLocal\":\"5000\",\"LegacyAccountBackup\":\"6000\"}");
        JsonNode schema =
                server.data("transfer_module_schema", "module=AccountLocal").path("schema");
        assertThat(schema.path("required")).hasToString("[\"user\",\"localuser\"]");
        assertThat(schema.path("keys").path("force")).hasToString("{\"def\":\"int(1) DEFAULT 0\"}");
        assertThat(schema.path("keys").has("transfer_session_id")).isFalse();
    }

    @Test
    void archivesOfOneAccountAreDeletedInOneFolder() throws Exception {
        server.folder("root");
        server.rootFile("root/cpmove-bob.tar.gz", "another");
        server.folder("home/cpmove-bob-split");
        server.rootFile("home/cpmove-bob-split/cpmove-bob.tar.gz.part00001", "a part");
        server.rootFile("home/bobby.tar.gz", "not his");

        Answer answer = server.call("delete_account_archives", "user=bob", "mountpoint=/home/");

        assertThat(answer.messages())
                .containsExactlyInAnyOrder(
                        "Found archive: /home/cpmove-bob.tar.gz",
                        "Found archive: /home/cpmove-bob-split");
        assertThat(answer.warnings()).isEmpty();
        assertThat(root.resolve("home/cpmove-bob.tar.gz")).doesNotExist();
        assertThat(root.resolve("home/cpmove-bob-split")).doesNotExist();
        assertThat(root.resolve("home/cpmove-carol.tar.gz")).exists();
        assertThat(root.resolve("home/bobby.tar.gz")).exists();
        assertThat(root.resolve("root/cpmove-bob.tar.gz")).exists();
        assertThat(server.call("delete_account_archives", "user=bob").messages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "/home/../etc", "", "/", "/home/bob"})
    void archivesAreDeletedInTheUsualFoldersOnly(String folder) {
        assertThatThrownBy(() ->
                        server.call("delete_account_archives", "user=bob", "mountpoint=" + folder))
                .hasMessageContaining("“mountpoint”");
    }

    @Test
    void anArchiveThatARestoreUnderAnotherNameNeedsStays() throws Exception {
        String session = session();
        server.call(
                "enqueue_transfer_item",
                "transfer_session_id=" + session,
                "module=AccountLocal",
                "user=bob",
                "localuser=robert");
        assertThatThrownBy(() -> server.call("delete_account_archives", "user=bob"))
                .hasMessageContaining("waits or runs");
        assertThat(root.resolve("home/cpmove-bob.tar.gz")).exists();
    }

    @Test
    void anArchiveThatARestoreNeedsStays() throws Exception {
        String session = session();
        enqueue(session, "bob");
        assertThatThrownBy(() -> server.call("delete_account_archives", "user=bob"))
                .hasMessageContaining("waits or runs");
        assertThat(root.resolve("home/cpmove-bob.tar.gz")).exists();
        ask("abort", session);
        server.call("delete_account_archives", "user=bob");
        assertThat(root.resolve("home/cpmove-bob.tar.gz")).doesNotExist();
    }

    @Test
    void foldersMayEndInSlashes() throws Exception {
        server.folder("home/cpmove-dave");
        server.call("start_local_cpmove_restore", "cpmovepath=/home/cpmove-dave//");
        assertThat(arguments("dave").archivePath()).isEqualTo("/home/cpmove-dave");
        server.folder("home/cpmove-erin");
        enqueue(session(), "erin", "cpmovefile=/home/cpmove-erin/");
        assertThat(arguments("erin").archivePath()).isEqualTo("/home/cpmove-erin");
        assertThat(folder(server.call("start_background_pkgacct", "user=alice", "tarroot=/home/")))
                .isEqualTo("/home");
    }

    @Test
    void besideTheHomeThatIsAskedForAnArchiveIsSafe() throws Exception {
        for (String home : List.of("/home/alice", "/home/alice/")) {
            Answer answer =
                    server.call("start_background_pkgacct", "user=alice", "tarroot=" + home);
            assertThat(folder(answer)).isEqualTo("/home");
            assertThat(answer.warnings()).singleElement().asString().contains("tarroot", "“/home”");
        }
        assertThat(server.call("start_background_pkgacct", "user=alice").warnings()).isEmpty();
    }

    private String folder(Answer answer) {
        String session = answer.data().orElseThrow().path("session_id").asString();
        return server.queue.list(JobFilter.of(Set.of(JobKind.PKGACCT), Set.of())).stream()
                .map(job -> JobJson.read(job.request().arguments(), PkgacctArguments.class))
                .filter(each -> each.session().equals(session))
                .findFirst()
                .orElseThrow()
                .folder();
    }
}
