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
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// SIGTERM while an account is packed, one is sent by a script, and one is fetched over a slow
/// line: the daemon ends in time and in order, its jobs wait, no process of theirs is left, and the
/// next daemon ends them all.
class StopUnderLoadTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration IN_TIME =
            Duration.ofSeconds("tight".equals(System.getProperty("packhorse.bounds")) ? 30 : 90);
    private static final int MIB = 1 << 20;

    @TempDir private Path work;
    private final Set<String> open = new TreeSet<>();

    @Test
    void aStopHandsEverythingBackWithinHalfAMinute() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        largeFile(server.resolve("home/alice/public_html"), 48);
        largeFile(server.resolve("home/carol/public_html"), 32);
        largeFile(server.resolve("home/bob/public_html"), 1_024);
        try (SlowScript script = SlowScript.write();
                FaultProxy proxy =
                        FaultProxy.before(
                                new HostPort("127.0.0.1", OpensshServer.shared().port()))) {
            try (DaemonUnderTest first = start()) {
                String place = sftp(first, proxy);
                ended(first, started(first, "packhorse_backup_start", "alice"));
                DaemonUnderTest.await(LIMIT, () -> jobs(first, "succeeded").contains("upload"));
                // So that alone the script gets what comes now.
                first.call(
                        "backup_destination_set",
                        new Parameters().add("id", place).add("disabled", "1"));
                first.call("backup_destination_add", script.settings());
                proxy.set(new Fault.Slow(20));
                ended(first, started(first, "packhorse_backup_start", "carol"));
                String restore =
                        first.call(
                                        "packhorse_restore_start",
                                        new Parameters().add("user", "alice").add("destid", place))
                                .path("job")
                                .asString("");
                open.add(restore);
                DaemonUnderTest.await(LIMIT, () -> script.largest() >= 24 * MIB);
                DaemonUnderTest.await(LIMIT, () -> proxy.passed(Direction.TO_CLIENT) > MIB);
                open.add(started(first, "packhorse_backup_start", "bob"));
                DaemonUnderTest.await(
                        LIMIT,
                        () ->
                                jobs(first, "active")
                                        .containsAll(List.of("backup", "upload", "restore")));
                List<ProcessHandle> children =
                        ProcessHandle.of(first.pid()).orElseThrow().descendants().toList();
                assertThat(children).as("the script").isNotEmpty();
                long began = System.nanoTime();
                assertThat(first.stop()).isZero();
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                assertThat(took).as(Files.readString(first.log())).isLessThan(IN_TIME);
                // What ended without its parent counts as alive until init has taken notice.
                DaemonUnderTest.await(
                        IN_TIME, () -> children.stream().noneMatch(ProcessHandle::isAlive));
                System.out.printf("figure: stopped under load within %d ms%n", took.toMillis());
            }
            assertAllWait();
            proxy.set(new Fault.None());
            script.hurry();
            try (DaemonUnderTest second = start()) {
                for (String job : open) {
                    ended(second, job);
                }
                DaemonUnderTest.await(LIMIT, () -> jobs(second, "pending").isEmpty());
                DaemonUnderTest.await(LIMIT, () -> jobs(second, "active").isEmpty());
                assertThat(jobs(second, "failed")).isEmpty();
                assertThat(second.stop()).isZero();
            }
        }
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "256m", "workers.pack=1", "workers.upload=2");
    }

    /// None runs, and none has lost a try.
    private void assertAllWait() throws SQLException {
        List<String> waiting = new ArrayList<>();
        try (Connection store =
                        DriverManager.getConnection(
                                "jdbc:h2:file:" + work.resolve("state/packhorse"),
                                "packhorse",
                                "");
                Statement statement = store.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT kind, state, attempts FROM job"
                                        + " WHERE state NOT IN ('SUCCEEDED', 'PARTIAL')")) {
            while (rows.next()) {
                waiting.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getInt(3));
            }
        }
        assertThat(waiting)
                .containsOnlyOnce("BACKUP PENDING 0", "UPLOAD PENDING 0", "RESTORE PENDING 0")
                .hasSize(3);
    }

    /// Bytes that do not shrink, owned as the folder is.
    private static void largeFile(Path folder, int mib) throws IOException {
        byte[] block = new byte[MIB];
        new Random(7).nextBytes(block);
        Path file = folder.resolve("video.bin");
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mib; i++) {
                out.write(block);
            }
        }
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Files.setAttribute(file, id, Files.getAttribute(folder, id));
        }
    }

    private static String started(DaemonUnderTest daemon, String function, String account)
            throws ClientException {
        return daemon.call(function, new Parameters().add("user", account))
                .path("job")
                .asString("");
    }

    private static void ended(DaemonUnderTest daemon, String job) throws ClientException {
        assertThat(daemon.awaitEnd(job, LIMIT).path("state").asString(""))
                .isIn("succeeded", "partial");
    }

    /// The kinds of the jobs in a state.
    private static List<String> jobs(DaemonUnderTest daemon, String state) {
        try {
            List<String> kinds = new ArrayList<>();
            for (JsonNode job :
                    daemon.call("packhorse_job_list", new Parameters().add("state", state))
                            .path("jobs")) {
                kinds.add(job.path("kind").asString(""));
            }
            return kinds;
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    private static String sftp(DaemonUnderTest daemon, FaultProxy proxy) throws Exception {
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
        return daemon.call("backup_destination_add", settings).path("id").asString("");
    }
}
