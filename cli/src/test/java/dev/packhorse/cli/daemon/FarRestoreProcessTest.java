package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.Fault.Direction;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// An account comes back from a real server at the far end of a line whose bytes are counted: a
/// small part for little, a large one over a line that breaks, and all of it over a daemon that is
/// killed while it fetches.
class FarRestoreProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int CONTENT = 24 << 20;
    private static final long KILL_AT = 12 << 20;

    /// What was on the way when the daemon was killed, index and manifest, and what SSH adds.
    private static final long BESIDES = 10 << 20;

    @TempDir private Path work;

    @Test
    void anAccountComesBackFromAfar() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        Files.writeString(
                server.resolve("var/cpanel/backups/config"),
                "REMOTE_RESTORE_STAGING_DIR: /fetched\n",
                StandardOpenOption.APPEND);
        Path fetched = Files.createDirectory(server.resolve("fetched"));
        Path site = server.resolve("home/alice/public_html");
        byte[] large = largeFile(site);
        Path small = site.resolve("index.php");
        String text = Files.readString(small);
        try (FaultProxy proxy =
                FaultProxy.before(new HostPort("127.0.0.1", OpensshServer.shared().port()))) {
            String restore;
            String place;
            try (DaemonUnderTest first = start()) {
                place = backUp(first, proxy);
                Files.delete(small);
                long before = received(proxy);
                assertThat(restored(first, part(first, place, "path:public_html/index.php")))
                        .isEqualTo("succeeded");
                assertThat(small).hasContent(text);
                assertThat(received(proxy) - before).isLessThan(2 << 20);

                Files.delete(site.resolve("video.bin"));
                proxy.set(new Fault.Cut(Direction.TO_CLIENT, 4 << 20));
                String video = part(first, place, "path:public_html/video.bin");
                DaemonUnderTest.await(LIMIT, () -> received(proxy) >= 4 << 20);
                proxy.set(new Fault.None());
                assertThat(restored(first, video)).isEqualTo("succeeded");
                assertThat(site.resolve("video.bin")).hasBinaryContent(large);

                proxy.set(new Fault.Slow(2));
                restore = whole(first, place);
                DaemonUnderTest.await(LIMIT, () -> received(proxy) > KILL_AT);
                first.kill();
            }
            assertThat(fetched).isNotEmptyDirectory();
            proxy.cutAll();
            long before = received(proxy);
            Files.write(site.resolve("video.bin"), new byte[] {1});
            proxy.set(new Fault.None());
            try (DaemonUnderTest second = start()) {
                assertThat(restored(second, restore)).isIn("succeeded", "partial");
                assertThat(second.stop()).isZero();
            }
            assertThat(site.resolve("video.bin")).hasBinaryContent(large);
            assertThat(received(proxy))
                    .as("received by the second daemon, after %d by the first", before)
                    .isLessThan(CONTENT - before + BESIDES);
            assertThat(fetched).isEmptyDirectory();
            assertThat(work.resolve("state/staging/jobs").resolve(restore)).doesNotExist();
        }
    }

    /// Since the last change of the line's fault.
    private static long received(FaultProxy proxy) {
        return proxy.passed(Direction.TO_CLIENT);
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "192m", "queue.lease=3s");
    }

    private static byte[] largeFile(Path folder) throws IOException {
        byte[] bytes = new byte[CONTENT];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(folder.resolve("video.bin"), bytes);
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Files.setAttribute(file, id, Files.getAttribute(folder, id));
        }
        return bytes;
    }

    private static String backUp(DaemonUnderTest daemon, FaultProxy proxy) throws Exception {
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
                        Integer.toString(proxy.address().port()),
                        "username",
                        server.user(),
                        "authtype",
                        "password",
                        "password",
                        OpensshServer.PASSWORD,
                        "path",
                        server.freshFolder(),
                        "host_key",
                        server.fingerprint())
                .forEach(settings::add);
        String place = daemon.call("backup_destination_add", settings).path("id").asString("");
        JsonNode run = daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"));
        assertThat(restored(daemon, run.path("job").asString(""))).isEqualTo("succeeded");
        JsonNode uploads =
                daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                        .path("jobs");
        assertThat(restored(daemon, uploads.get(0).path("id").asString(""))).isEqualTo("succeeded");
        return place;
    }

    private static String part(DaemonUnderTest daemon, String place, String part)
            throws ClientException {
        return started(daemon, new Parameters().add("part", part), place);
    }

    private static String whole(DaemonUnderTest daemon, String place) throws ClientException {
        return started(daemon, new Parameters(), place);
    }

    private static String started(DaemonUnderTest daemon, Parameters parameters, String place)
            throws ClientException {
        return daemon.call(
                        "packhorse_restore_start",
                        parameters.add("user", "alice").add("destid", place))
                .path("job")
                .asString("");
    }

    /// The state in which a job ended.
    private static String restored(DaemonUnderTest daemon, String job) throws ClientException {
        return daemon.awaitEnd(job, LIMIT).path("state").asString("");
    }
}
