package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A transfer session over HTTP, with a daemon that is killed between its making and its start.
class TransferProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final List<String> USERS = List.of("alice", "bob");

    @TempDir private Path work;

    @Test
    void aSessionSurvivesItsDaemonAndRestoresEveryItem() throws Exception {
        assumeTrue(
                (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "accounts have users of their own, which takes root");
        Path server = work.resolve("server");
        DemoServer.write(server, 200);
        String session;
        String aborted;
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            for (String user : USERS) {
                pack(daemon, user);
            }
            session = session(daemon);
            aborted = session(daemon);
            for (String user : USERS) {
                enqueue(daemon, session, user);
                enqueue(daemon, aborted, user);
            }
            daemon.kill();
        }
        Path site = server.resolve("home/alice/public_html/index.html");
        byte[] page = Files.readAllBytes(site);
        Files.delete(site);
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            assertThat(state(daemon, session)).isEqualTo("PENDING");
            ask(daemon, "abort", aborted);
            assertThat(state(daemon, aborted)).isEqualTo("ABORTED");
            assertThat(ask(daemon, "start", session).path("pid").asLong()).isEqualTo(daemon.pid());

            DaemonUnderTest.await(LIMIT, () -> !isGoingOn(daemon, session));

            assertThat(state(daemon, session)).isEqualTo("COMPLETED");
            assertThat(site).hasBinaryContent(page);
            assertThat(state(daemon, aborted)).isEqualTo("ABORTED");
            assertLogs(daemon, session);
            assertThat(daemon.stop()).isZero();
        }
    }

    private static void assertLogs(DaemonUnderTest daemon, String session) throws Exception {
        String master = log(daemon, session, "master.log");
        assertThat(master.split("\"action\":\"start-item\"", -1)).hasSize(USERS.size() + 1);
        assertThat(master.split("\"action\":\"start\",\"child_number\":0", -1)).hasSize(2);
        assertThat(master.strip().lines().toList().getLast())
                .contains("\"action\":\"complete\",\"child_number\":0");
        for (String user : USERS) {
            assertThat(log(daemon, session, "item-RESTORE_AccountLocal_" + user))
                    .contains("Restoring Homedir...")
                    .doesNotContain("Failed");
        }
    }

    private static void pack(DaemonUnderTest daemon, String user) throws ClientException {
        String session =
                daemon.call(
                                "start_background_pkgacct",
                                new Parameters().add("user", user).add("tarroot", "/home"))
                        .path("session_id")
                        .asString("");
        DaemonUnderTest.await(
                LIMIT,
                () ->
                        !call(
                                        daemon,
                                        "get_pkgacct_session_state",
                                        new Parameters().add("session_id", session))
                                .path("state")
                                .asString("")
                                .equals("RUNNING"));
    }

    private static String session(DaemonUnderTest daemon) throws ClientException {
        return daemon.call(
                        "create_remote_root_transfer_session",
                        new Parameters().add("host", "localhost").add("user", "root"))
                .path("transfer_session_id")
                .asString("");
    }

    private static void enqueue(DaemonUnderTest daemon, String session, String user)
            throws ClientException {
        daemon.call(
                "enqueue_transfer_item",
                new Parameters()
                        .add("transfer_session_id", session)
                        .add("module", "AccountLocal")
                        .add("user", user)
                        .add("localuser", user)
                        .add("force", "1"));
    }

    private static JsonNode ask(DaemonUnderTest daemon, String verb, String session)
            throws ClientException {
        return daemon.call(
                verb + "_transfer_session", new Parameters().add("transfer_session_id", session));
    }

    private static boolean isGoingOn(DaemonUnderTest daemon, String session) {
        return state(daemon, session).startsWith("RESTORE_");
    }

    private static String state(DaemonUnderTest daemon, String session) {
        return call(
                        daemon,
                        "get_transfer_session_state",
                        new Parameters().add("transfer_session_id", session))
                .path("state_name")
                .asString("");
    }

    private static String log(DaemonUnderTest daemon, String session, String name)
            throws ClientException {
        return daemon.call(
                        "fetch_transfer_session_log",
                        new Parameters().add("transfer_session_id", session).add("logfile", name))
                .path("log")
                .asString("");
    }

    private static JsonNode call(DaemonUnderTest daemon, String function, Parameters parameters) {
        try {
            return daemon.call(function, parameters);
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }
}
