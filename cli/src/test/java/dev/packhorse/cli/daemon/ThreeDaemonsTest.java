package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PruneArguments;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.server.OpensshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Three daemons on one PostgreSQL: one is killed while another stands still beyond its lease. What
/// each accepted ends once, on its own server; what is bound to none is done by the third
/// meanwhile. Then one whose destination all share waits for the upload slot of a fourth.
class ThreeDaemonsTest {
    private static final long SEED = 20_261_201L;
    private static final Set<JobState> OPEN =
            Set.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);
    private static final Map<String, List<String>> ACCOUNTS =
            Map.of(
                    "first", List.of("bob", "carol"),
                    "second", List.of("dave", "gina"),
                    "third", List.of("alice"));

    @TempDir private Path work;

    @Test
    void oneIsKilledAndOneStandsStillAndNothingIsLostOrDoneTwice() throws Exception {
        try (SharedStore shared = SharedStore.start(work);
                Fleet fleet = new Fleet(work, shared, ACCOUNTS);
                Store store = Store.open(shared.store(""))) {
            JdbcJobQueue queue =
                    new JdbcJobQueue(
                            store, store.clock(InstantSource.system()), WorkListener.none());
            List<JobId> unbound = new ArrayList<>();
            // Few jobs, so that what has to end afterwards is soon done.
            try (Fleet.Clients _ = fleet.clients(SEED)) {
                DaemonUnderTest.await(Fleet.TO_ANSWER, () -> fleet.accepted() >= 9);
                fleet.kill("first");
            }
            fleet.freeze(
                    "second",
                    () -> {
                        unbound.addAll(addUnbound(queue));
                        DaemonUnderTest.await(
                                Fleet.TO_ANSWER,
                                () -> unbound.stream().noneMatch(id -> isOpen(queue, id)));
                    });
            fleet.restartIfDead("first");
            fleet.assertEachEndedOnceAtHome("third");
            for (JobId id : unbound) {
                Job job = queue.find(id).orElseThrow();
                assertThat(job.state()).as("%s", job).isEqualTo(JobState.SUCCEEDED);
                Fleet.assertEndedOnceBy(queue.events(id), "third");
            }
            waitsForTheSlotOfAnotherServer(fleet.of("third"));
            System.out.printf(
                    "figure: %d jobs of servers and %d of none: each ended once, at home or at the one that lived%n",
                    fleet.accepted(), unbound.size());
        }
    }

    private static List<JobId> addUnbound(JdbcJobQueue queue) {
        List<JobId> added = new ArrayList<>();
        String arguments =
                JobJson.write(new PruneArguments("local", "", false, false, false, "", ""));
        for (int job = 0; job < 5; job++) {
            added.add(queue.enqueue(JobRequest.of(JobKind.PRUNE, "local", "root", arguments)).id());
        }
        return added;
    }

    private static boolean isOpen(JdbcJobQueue queue, JobId id) {
        return OPEN.contains(queue.find(id).orElseThrow().state());
    }

    /// The fourth server is a token, as it would leave one; it is no more.
    private void waitsForTheSlotOfAnotherServer(DaemonUnderTest daemon) throws Exception {
        OpensshServer server = OpensshServer.shared();
        String folder = server.freshFolder();
        Path shared = server.home().resolve(folder + "-slots");
        Path slots = Files.createDirectories(shared.resolve("packhorse-upload-slots"));
        giveTo(server.home(), shared, slots);
        Path token =
                Files.writeString(
                        slots.resolve("held-" + "1".repeat(16) + "-" + "f".repeat(32) + "-1"), "x");
        giveTo(server.home(), token);
        add(daemon, server, folder);
        String id =
                daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"))
                        .path("job")
                        .asString("");
        daemon.awaitEnd(id, Fleet.TO_ANSWER);
        DaemonUnderTest.await(
                Fleet.TO_ANSWER,
                () ->
                        upload(daemon)
                                .path("reason")
                                .asString("")
                                .equals("waits for the one upload slot at offsite"));
        Files.delete(token);
        JsonNode sent =
                daemon.awaitEnd(upload(daemon).path("id").asString(""), Duration.ofMinutes(4));
        assertThat(sent.path("state").asString("")).as("%s", sent).isEqualTo("succeeded");
        assertThat(slots).isEmptyDirectory();
    }

    private static void giveTo(Path like, Path... files) throws IOException {
        PosixFileAttributes owner = Files.readAttributes(like, PosixFileAttributes.class);
        for (Path file : files) {
            Files.setOwner(file, owner.owner());
        }
    }

    private static JsonNode upload(DaemonUnderTest daemon) {
        try {
            return daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                    .path("jobs")
                    .path(0);
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    private static void add(DaemonUnderTest daemon, OpensshServer server, String folder)
            throws ClientException, IOException {
        Parameters settings = new Parameters();
        Map.of(
                        "name",
                        "offsite",
                        "type",
                        "SFTP",
                        "host",
                        "127.0.0.1",
                        "port",
                        Integer.toString(server.port()),
                        "username",
                        server.user(),
                        "authtype",
                        "password",
                        "password",
                        OpensshServer.PASSWORD,
                        "path",
                        folder,
                        "host_key",
                        server.fingerprint())
                .forEach(settings::add);
        settings.add("upload_slots", "1").add("upload_slots_path", folder + "-slots");
        daemon.call("backup_destination_add", settings);
    }
}
