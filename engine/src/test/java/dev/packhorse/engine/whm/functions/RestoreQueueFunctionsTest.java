package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.whm.WhmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RestoreQueueFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        for (String name : List.of("alice", "bob", "carol")) {
            server.account(name, name.equals("carol") ? "bob" : "root");
            server.catalog.add(name, DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        }
    }

    private JobId add(String user) throws WhmException {
        return new JobId(
                server.data("restore_queue_add_task", "user=" + user, "restore_point=2026-11-20")
                        .path("queue_id")
                        .asString());
    }

    private List<String> users(String list) throws WhmException {
        List<String> users = new ArrayList<>();
        server.data("restore_queue_state")
                .path(list)
                .forEach(entry -> users.add(entry.path("user").asString()));
        return users;
    }

    private int isActive() throws WhmException {
        return server.data("restore_queue_is_active").path("is_active").asInt();
    }

    @Test
    void aTaskWaitsUntilTheQueueIsActivated() throws Exception {
        JobId id = add("alice");
        Job job = server.queue.find(id).orElseThrow();
        RestoreArguments arguments =
                JobJson.read(job.request().arguments(), RestoreArguments.class);

        assertThat(job.state()).isEqualTo(JobState.HELD);
        assertThat(job.request().exclusiveKey()).contains("account:alice");
        assertThat(job.request().node()).contains("node1");
        assertThat(job.request().priority()).isEqualTo(10);
        assertThat(arguments.session()).startsWith("userbackup20261124120000");
        assertThat(
                        server.sessions
                                .find(SessionKind.TRANSFER, new SessionId(arguments.session()))
                                .orElseThrow()
                                .job())
                .contains(id);
        assertThat(isActive()).isZero();

        server.call("restore_queue_activate");
        assertThat(isActive()).isEqualTo(1);
        assertThat(users("pending")).containsExactly("alice");

        server.runRestore(1);
        assertThat(isActive()).isZero();
        assertThat(users("completed")).containsExactly("alice");
    }

    @Test
    void aRunOfTheDayIsNamedByDateAndTimeAndADateIsItsNewest() throws Exception {
        server.catalog.add("bob", DestinationId.LOCAL, Tier.DAILY, "2026-11-21.0200");
        server.catalog.add("bob", DestinationId.LOCAL, Tier.DAILY, "2026-11-21.1400");
        server.data("restore_queue_add_task", "user=bob", "restore_point=2026-11-21.0200");
        server.data("restore_queue_add_task", "user=alice", "restore_point=2026-11-20");
        assertThat(server.data("restore_queue_state").path("pending").valueStream())
                .extracting(entry -> entry.path("restore_point").asString())
                .containsExactlyInAnyOrder("2026-11-21.0200", "2026-11-20");
        assertThat(
                        server.catalog
                                .find(
                                        new AccountName("bob"),
                                        DestinationId.LOCAL,
                                        SlotName.parse("2026-11-21"))
                                .map(point -> point.slot().toString()))
                .contains("2026-11-21.1400");
        // Clients of WHM API 1 are told dates, each once.
        assertThat(server.data("backup_date_list").path("backup_set").valueStream())
                .extracting(JsonNode::asString)
                .containsExactly("2026-11-21", "2026-11-20");
        assertThat(server.data("backup_set_list").path("backup_set").path("bob").size())
                .isEqualTo(2);
        assertThatThrownBy(() ->
                        server.data(
                                "restore_queue_add_task",
                                "user=carol",
                                "restore_point=2026-11-21.2500"))
                .hasMessageContaining("YYYY-MM-DD.HHMM");
    }

    @Test
    void oneTaskPerUserWaitsAndAnotherMayRun() throws Exception {
        add("alice");
        assertThatThrownBy(() -> add("alice"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“alice” is pending already");
        server.call("restore_queue_activate");
        assertThatThrownBy(() -> add("alice")).isInstanceOf(WhmException.class);
        server.claimRestore();

        add("alice");
        assertThat(users("active")).containsExactly("alice");
        assertThat(users("pending")).containsExactly("alice");
        assertThatThrownBy(() -> add("alice")).isInstanceOf(WhmException.class);
    }

    @Test
    void manyEqualRequestsAtOnceMakeOneTask() throws Exception {
        int added = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                running.add(threads.submit(this::tryAdd));
            }
            for (Future<Boolean> each : running) {
                added += each.get() ? 1 : 0;
            }
        }
        assertThat(added).isEqualTo(1);
        assertThat(users("pending")).containsExactly("alice");
        try (var folders = Files.list(root.resolve("state/sessions/transfer"))) {
            assertThat(folders).hasSize(1);
        }
    }

    private boolean tryAdd() {
        try {
            add("alice");
            return true;
        } catch (WhmException _) {
            return false;
        }
    }

    @Test
    void anAccountThatIsGoneCanBeRestored() throws Exception {
        server.removeAccount("alice");
        add("alice");
        assertThat(users("pending")).containsExactly("alice");
    }

    @Test
    void endedTasksTellHowTheyEnded() throws Exception {
        for (int result : List.of(1, 2, 0)) {
            add("alice");
            server.call("restore_queue_activate");
            server.runRestore(result);
        }
        List<JsonNode> infos = new ArrayList<>();
        server.data("restore_queue_list_completed")
                .path("restore_job")
                .forEach(job -> infos.add(job.path("status_info")));

        assertThat(infos.stream().map(info -> info.path("result").asInt()))
                .containsExactlyInAnyOrder(0, 1, 2);
        for (JsonNode info : infos) {
            long started = Long.parseLong(info.path("started").stringValue());
            long finished = Long.parseLong(info.path("finished").stringValue());
            assertThat(finished - started).isEqualTo(5);
            boolean partial = info.path("result").asInt() == 2;
            assertThat(info.path("skipped_items").isNull()).isEqualTo(!partial);
            assertThat(info.path("altered_items").isNull()).isTrue();
            assertThat(info.path("warnings").isNull()).isTrue();
            assertThat(info.path("log").asString()).startsWith("ended with ");
        }
    }

    @Test
    void aTaskThatEndedWithoutAReportFailedForTheQueuesReason() throws Exception {
        add("alice");
        server.call("restore_queue_activate");
        Lease lease = server.claimRestore();
        server.queue.finish(lease, new JobOutcome.Failed("{}", "the worker died"), FollowUp.NONE);
        JsonNode info =
                server.data("restore_queue_list_completed")
                        .path("restore_job")
                        .get(0)
                        .path("status_info");
        assertThat(info.path("result").asInt()).isZero();
        assertThat(info.path("statusmsg").asString()).isEqualTo("the worker died");
    }

    @Test
    void clearingRemovesExactlyWhatItNames() throws Exception {
        for (int result : List.of(1, 2, 0)) {
            add("alice");
            server.call("restore_queue_activate");
            server.runRestore(result);
        }
        add("bob");
        server.call("restore_queue_activate");
        server.claimRestore();
        add("carol");
        server.call("restoreaccount", "user=alice", "type=daily", "mail=1");

        server.call("restore_queue_clear_all_completed_tasks");
        assertThat(users("completed")).containsExactly("alice");
        server.call("restore_queue_clear_all_failed_tasks");
        assertThat(users("completed")).isEmpty();
        assertThat(users("pending")).containsExactly("carol");
        server.call("restore_queue_clear_pending_task", "user=carol");
        assertThat(users("pending")).isEmpty();
        add("carol");
        server.call("restore_queue_clear_all_pending_tasks");
        add("carol");
        server.call("restore_queue_clear_all_tasks");

        assertThat(users("pending")).isEmpty();
        assertThat(users("active")).as("running tasks stay").containsExactly("bob");
        assertThat(server.queue.list(JobFilter.of(Set.of(), Set.of())))
                .as("a restore that came through another door stays")
                .anyMatch(job -> job.request().arguments().contains("\"ACCOUNT\""));
    }

    @Test
    void oneCompletedTaskIsFoundByItsStart() throws Exception {
        for (int i = 0; i < 2; i++) {
            add("alice");
            server.call("restore_queue_activate");
            server.runRestore(1);
        }
        JsonNode jobs = server.data("restore_queue_list_completed").path("restore_job");
        String start = jobs.get(0).path("status_info").path("started").asString();

        assertThatThrownBy(() ->
                        server.call(
                                "restore_queue_clear_completed_task", "user=alice", "start_time=7"))
                .hasMessageContaining("“alice”")
                .hasMessageContaining("7");
        server.call("restore_queue_clear_completed_task", "user=alice", "start_time=" + start);
        JsonNode left = server.data("restore_queue_list_completed").path("restore_job");
        assertThat(left.size()).isEqualTo(1);
        assertThat(left.get(0).path("status_info").path("started").asString()).isNotEqualTo(start);
    }

    @Test
    void aResellerSeesAndClearsOnlyItsOwn() throws Exception {
        Caller bob = new Caller("bob", Set.of("all"), "t", "127.0.0.1");
        add("alice");
        add("carol");
        JsonNode pending =
                server.callAs(bob, "restore_queue_list_pending")
                        .data()
                        .orElseThrow()
                        .path("restore_job");
        assertThat(pending.size()).isEqualTo(1);
        assertThat(pending.get(0).path("user").asString()).isEqualTo("carol");

        server.callAs(bob, "restore_queue_clear_all_tasks");
        assertThat(users("pending")).containsExactly("alice");
        assertThat(server.callAs(bob, "listaccts").data().orElseThrow().path("acct").size())
                .isEqualTo(2);
        assertThat(
                        server.callAs(bob, "backup_set_list")
                                .data()
                                .orElseThrow()
                                .path("backup_set")
                                .propertyNames())
                .containsExactly("bob", "carol");
    }

    @Test
    void aSessionStandsAsItsJobDoes() throws Exception {
        JobId id = add("alice");
        String session =
                JobJson.read(
                                server.queue.find(id).orElseThrow().request().arguments(),
                                RestoreArguments.class)
                        .session();
        assertThat(state(session)).isEqualTo("RESTORE_PENDING");
        server.call("restore_queue_activate");
        Lease lease = server.claimRestore();
        assertThat(state(session)).isEqualTo("RESTORE_INPROGRESS");
        server.queue.finish(lease, new JobOutcome.Failed("{}", "no"), FollowUp.NONE);
        assertThat(state(session)).isEqualTo("FAILED");
        server.call("restore_queue_clear_all_tasks");
        assertThat(server.queue.find(id)).isEmpty();
        assertThat(state(session)).as("whoever still asks is told").isEqualTo("FAILED");
    }

    private String state(String session) throws WhmException {
        return server.data("get_transfer_session_state", "transfer_session_id=" + session)
                .path("state_name")
                .asString();
    }

    @Test
    void databasesAreThoseOfEitherServer() throws Exception {
        server.call("restoreaccount", "user=alice", "type=daily", "mysql=1");

        RestoreArguments restore =
                server.queue.list(JobFilter.of(Set.of(), Set.of())).stream()
                        .map(job -> JobJson.read(job.request().arguments(), RestoreArguments.class))
                        .findFirst()
                        .orElseThrow();
        assertThat(restore.only()).containsExactly("Mysql", "Postgres");
    }

    @Test
    void aTaskThatIsRemovedBeforeItBeganEndsItsSession() throws Exception {
        for (String removal : List.of("restore_queue_clear_pending_task", "packhorse_job_remove")) {
            JobId id = add("alice");
            String session =
                    JobJson.read(
                                    server.queue.find(id).orElseThrow().request().arguments(),
                                    RestoreArguments.class)
                            .session();
            server.call(removal, "user=alice", "id=" + id, "job=" + id);
            assertThat(server.queue.find(id)).isEmpty();
            assertThat(state(session)).isEqualTo("ABORTED");
        }
    }
}
