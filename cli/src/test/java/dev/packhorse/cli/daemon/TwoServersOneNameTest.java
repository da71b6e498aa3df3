package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.server.OpensshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Two daemons on one PostgreSQL whose servers have accounts of the same names, and who are told to
/// use one and the same folder at an SFTP server: each packs, lists and restores its own, and the
/// folder stays with who had it first.
class TwoServersOneNameTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String DOMAIN = ".packhorse.example";

    @TempDir private Path work;

    @Test
    void neitherGetsOrLosesAnythingOfTheOther() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        try (SharedStore store = SharedStore.start(work);
                DaemonUnderTest first = start(store, "first");
                DaemonUnderTest second = start(store, "second")) {
            String folder = OpensshServer.shared().freshFolder();
            String place = add(first, folder);
            String mine = backUp(first, "first");
            awaitUpload(first);
            add(second, folder);
            String theirs = backUp(second, "second");
            assertThat(theirs).isNotEqualTo(mine);

            assertOwn(first, "first", 2);
            assertOwn(second, "second", 1);
            DaemonUnderTest.await(LIMIT, () -> isRefused(second));

            restoresItsOwn(first, "first", "local");
            restoresItsOwn(second, "second", "local");
            restoresItsOwn(first, "first", place);
            System.out.println("figure: 2 servers, 2 places, 3 restores, each of its own");
        }
    }

    private DaemonUnderTest start(SharedStore store, String name) throws IOException {
        Path server = Files.createDirectory(work.resolve(name)).resolve("server");
        DemoServer.write(server, 50);
        write(name);
        List<String> settings = new ArrayList<>(store.settings());
        settings.addAll(List.of("host.name=" + name + DOMAIN, "queue.lease=5s"));
        return DaemonUnderTest.start(work.resolve(name), "256m", settings.toArray(String[]::new));
    }

    private Path home(String name) {
        return work.resolve(name).resolve("server/home/alice");
    }

    private Path sign(String name) {
        return home(name).resolve("whose.txt");
    }

    private void write(String name) throws IOException {
        Path file = Files.writeString(sign(name), "of " + name);
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Files.setAttribute(file, id, Files.getAttribute(home(name), id));
        }
    }

    private static String add(DaemonUnderTest daemon, String folder)
            throws ClientException, IOException {
        OpensshServer server = OpensshServer.shared();
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
        return daemon.call("backup_destination_add", settings).path("id").asString("");
    }

    /// The id of the job, which ran on the server that was asked.
    private static String backUp(DaemonUnderTest daemon, String name) throws ClientException {
        JsonNode started =
                daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"));
        String id = started.path("job").asString("");
        JsonNode job = daemon.awaitEnd(id, LIMIT);
        assertThat(job.path("state").asString("")).as("%s", job).isIn("succeeded", "partial");
        assertThat(job.path("node").asString("")).isEqualTo(name + DOMAIN);
        return id;
    }

    private static void awaitUpload(DaemonUnderTest daemon) throws ClientException {
        JsonNode uploads =
                daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                        .path("jobs");
        assertThat(uploads).hasSize(1);
        assertThat(
                        daemon.awaitEnd(uploads.get(0).path("id").asString(""), LIMIT)
                                .path("state")
                                .asString(""))
                .isEqualTo("succeeded");
    }

    private static void assertOwn(DaemonUnderTest daemon, String name, int points)
            throws ClientException {
        JsonNode list =
                daemon.call("packhorse_restore_point_list", new Parameters().add("user", "alice"))
                        .path("restore_points");
        assertThat(list)
                .hasSize(points)
                .allSatisfy(point ->
                        assertThat(point.path("node").asString("")).isEqualTo(name + DOMAIN));
    }

    /// Whether the upload of the second waits, and says whose the folder is.
    private static boolean isRefused(DaemonUnderTest daemon) {
        try {
            for (JsonNode job :
                    daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                            .path("jobs")) {
                if (job.path("node").asString("").startsWith("second.")
                        && job.path("reason")
                                .asString("")
                                .contains("another server, first" + DOMAIN)) {
                    return true;
                }
            }
            return false;
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    private void restoresItsOwn(DaemonUnderTest daemon, String name, String place)
            throws Exception {
        Files.delete(sign(name));
        String job =
                daemon.call(
                                "packhorse_restore_start",
                                new Parameters()
                                        .add("user", "alice")
                                        .add("destid", place)
                                        .add("part", "path:whose.txt"))
                        .path("job")
                        .asString("");
        assertThat(daemon.awaitEnd(job, LIMIT).path("state").asString("")).isEqualTo("succeeded");
        assertThat(sign(name)).hasContent("of " + name);
    }
}
