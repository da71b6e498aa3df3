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
import dev.packhorse.transport.fault.FtpPorts;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.server.DriveFake;
import dev.packhorse.transport.server.DriveFakeTokens;
import dev.packhorse.transport.server.NginxDavServer;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// The daemon is killed in the middle of an upload to a real server; the next one ends the upload,
/// and sends again no more than what the protocol makes it.
class UploadKillTest {
    private static final long MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /// So much that whoever starts anew sends more than any place may be sent again.
    private static final int CONTENT = 64 << 20;

    private static final long KILL_AT = 44 << 20;
    private static final long KILL_SCRIPT_AT = 20 << 20;

    @TempDir private Path work;

    /// Where to, and how much may be sent again: what was in flight, and what lay in the buffers of
    /// sockets when they broke.
    enum Place {
        SFTP(8 << 20),
        FTP(8 << 20),
        S3(21 << 20),
        B2(21 << 20),
        WEBDAV(CONTENT),
        RSYNC(8 << 20),
        /// A chunk that did not arrive whole.
        GOOGLE_DRIVE(17 << 20);

        private final long again;

        Place(long again) {
            this.again = again;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNextDaemonGoesOn(Place place) throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        largeFile(server.resolve("home/alice/public_html"));
        try (FaultProxy proxy = proxy(place)) {
            proxy.set(new Fault.Slow(2));
            try (DaemonUnderTest first = start()) {
                String id =
                        first.call("backup_destination_add", settings(place, proxy.address()))
                                .path("id")
                                .asString("");
                if (place == Place.GOOGLE_DRIVE) {
                    sendToFake(server, id, proxy.address());
                }
                JsonNode started =
                        first.call("packhorse_backup_start", new Parameters().add("user", "alice"));
                JsonNode packed = first.awaitEnd(started.path("job").asString(""), LIMIT);
                assertThat(packed.path("state").asString("")).isEqualTo("succeeded");
                DaemonUnderTest.await(
                        LIMIT,
                        () -> {
                            upload(first);
                            return proxy.passed(Direction.TO_SERVER) > KILL_AT;
                        });
                first.kill();
            }
            proxy.cutAll();
            long before = proxy.passed(Direction.TO_SERVER);
            proxy.set(new Fault.None());
            try (DaemonUnderTest second = start()) {
                DaemonUnderTest.await(LIMIT, () -> upload(second).equals("succeeded"));
                assertThat(second.stop()).isZero();
            }
            assertThat(proxy.passed(Direction.TO_SERVER))
                    .as("sent by the second daemon, after %d by the first", before)
                    .isLessThan(CONTENT - before + place.again + (2 << 20));
        }
    }

    /// A script cannot go on where another was killed, and what it left half done lies under the
    /// final name until the next one has stored the whole.
    @Test
    void aScriptStoresTheWholeAnew() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        largeFile(server.resolve("home/alice/public_html"));
        try (SlowScript script = SlowScript.write()) {
            try (DaemonUnderTest first = start()) {
                first.call("backup_destination_add", script.settings());
                first.call("packhorse_backup_start", new Parameters().add("user", "alice"));
                DaemonUnderTest.await(LIMIT, () -> script.largest() > KILL_SCRIPT_AT);
                assertThat(largestInTransit()).as("what the script reads").isGreaterThan(CONTENT);
                first.kill();
            }
            script.hurry();
            try (DaemonUnderTest second = start()) {
                DaemonUnderTest.await(LIMIT, () -> upload(second).equals("succeeded"));
                assertThat(second.stop()).isZero();
            }
            assertThat(largestInTransit()).as("what the killed daemon left").isZero();
            assertThat(script.stored("alice.tar.gz")).isEqualTo(local(server));
        }
    }

    /// A local folder is not gone on with. A disk is fast, so the daemon is stopped as soon as half
    /// a file is seen, and killed only if it is one still; an upload that was faster is made again.
    @Test
    void aFolderStoresTheWholeAnewAndKeepsNoHalves() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        largeFile(server.resolve("home/alice/public_html"));
        Path far = Files.createDirectory(server.resolve("far"));
        int sent = 0;
        try (DaemonUnderTest first = start()) {
            first.call(
                    "backup_destination_add",
                    new Parameters().add("name", "far").add("type", "Local").add("path", "/far"));
            while (!isStoppedHalfWay(first, far, sent)) {
                sent++;
                assertThat(sent).as("uploads that were too fast to be killed").isLessThan(10);
            }
            first.kill();
        }
        assertThat(halves(far)).as("what the kill left").hasSize(1);
        int before = sent;
        try (DaemonUnderTest second = start()) {
            DaemonUnderTest.await(LIMIT, () -> sent(second) > before);
            assertThat(second.stop()).isZero();
        }
        assertThat(large(far))
                .singleElement()
                .satisfies(archive -> {
                    assertThat(archive).hasFileName("alice.tar.gz");
                    assertThat(SlowScript.digest(archive)).isEqualTo(local(server));
                });
        assertThat(work.resolve("state/uploads")).isEmptyDirectory();
    }

    /// Backs the account up and stops the daemon while it uploads.
    ///
    /// @param before how many uploads there were
    /// @return whether it has sent a part then; if not, it has gone on and sent all
    private static boolean isStoppedHalfWay(DaemonUnderTest daemon, Path far, int before)
            throws Exception {
        daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"));
        long until = System.nanoTime() + LIMIT.toNanos();
        for (int look = 1; halves(far).isEmpty(); look++) {
            assertThat(System.nanoTime()).isLessThan(until);
            if (look % 200 == 0 && sent(daemon) > before) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        daemon.signal("STOP");
        if (halves(far).size() == 1) {
            return true;
        }
        daemon.signal("CONT");
        DaemonUnderTest.await(LIMIT, () -> sent(daemon) > before);
        return false;
    }

    private static int sent(DaemonUnderTest daemon) {
        try {
            return daemon.call(
                            "packhorse_job_list",
                            new Parameters().add("kind", "upload").add("state", "succeeded"))
                    .path("jobs")
                    .size();
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    /// Uploads that were begun and have no name yet.
    private static List<Path> halves(Path far) throws IOException {
        return large(far).stream()
                .filter(file -> file.getFileName().toString().startsWith(".packhorse-upload-"))
                .toList();
    }

    private static List<Path> large(Path far) throws IOException {
        try (Stream<Path> files = Files.walk(far)) {
            return files.filter(file -> Files.isRegularFile(file) && file.toFile().length() > MIB)
                    .toList();
        } catch (UncheckedIOException _) {
            // Something got another name meanwhile.
            return List.of();
        }
    }

    private long largestInTransit() throws IOException {
        try (Stream<Path> files = Files.walk(work.resolve("state/staging/transit"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElse(0);
        }
    }

    private static String local(Path server) throws Exception {
        try (Stream<Path> files = Files.walk(server.resolve("backup"))) {
            Path archive =
                    files.filter(file -> file.endsWith("alice.tar.gz")).findFirst().orElseThrow();
            return SlowScript.digest(archive);
        }
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(work, "192m", "queue.lease=3s");
    }

    /// Bytes that do not shrink, owned as the folder is.
    private static void largeFile(Path folder) throws IOException {
        byte[] bytes = new byte[CONTENT];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(folder.resolve("video.bin"), bytes);
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Files.setAttribute(file, id, Files.getAttribute(folder, id));
        }
    }

    private static String upload(DaemonUnderTest daemon) {
        try {
            JsonNode jobs =
                    daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                            .path("jobs");
            // A job that ends between the two halves of the list is in both.
            JsonNode last = jobs.get(jobs.size() - 1);
            String state = last.path("state").asString("");
            assertThat(state).as("%s", jobs).isNotIn("failed", "cancelled", "partial");
            assertThat(jobs)
                    .extracting(job -> job.path("id").asString(""))
                    .containsOnly(last.path("id").asString(""));
            assertThat(last.path("reason").asString(""))
                    .as("a try that failed")
                    .doesNotContain("TransportException");
            return state;
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    private static FaultProxy proxy(Place place) throws IOException {
        return switch (place) {
            case SFTP -> FaultProxy.before(at(OpensshServer.shared().port()));
            case FTP -> FaultProxy.before(at(ftp().port()), FtpPorts::translated);
            case S3 -> FaultProxy.before(at(portOf(S3Server.s3Mock().endpoint())));
            case B2 -> FaultProxy.before(at(portOf(B2Simulator.shared().endpoint())));
            case WEBDAV -> FaultProxy.before(at(NginxDavServer.shared().plainPort()));
            case RSYNC -> FaultProxy.before(at(OpensshServer.shared().port()));
            case GOOGLE_DRIVE -> FaultProxy.before(at(Drive.FAKE.port()));
        };
    }

    private static HostPort at(int port) {
        return new HostPort("127.0.0.1", port);
    }

    private static int portOf(String endpoint) {
        return URI.create(endpoint).getPort();
    }

    private static ProftpdServer ftp() {
        return ProftpdServer.plain("AllowOverwrite on", "AllowStoreRestart on");
    }

    private static Parameters settings(Place place, HostPort proxy) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("name", "far");
        settings.put("timeout", "30");
        settings.put("port", Integer.toString(proxy.port()));
        settings.putAll(
                switch (place) {
                    case SFTP -> sftp();
                    case FTP ->
                            plain("FTP", ftp().settings(), Map.of("tls", "none", "passive", "1"));
                    case S3 -> s3(proxy);
                    case B2 -> b2(proxy);
                    case WEBDAV ->
                            plain(
                                    "WebDAV",
                                    NginxDavServer.shared().settings(),
                                    Map.of("ssl", "0", "tls_fingerprint", ""));
                    case RSYNC -> rsync();
                    case GOOGLE_DRIVE -> drive();
                });
        settings.put("port", Integer.toString(proxy.port()));
        if (place == Place.S3 || place == Place.B2 || place == Place.GOOGLE_DRIVE) {
            settings.remove("port");
        }
        Parameters parameters = new Parameters();
        settings.forEach(parameters::add);
        return parameters;
    }

    private static Map<String, String> sftp() throws IOException {
        OpensshServer server = OpensshServer.shared();
        return Map.of(
                "type",
                "SFTP",
                "host",
                "127.0.0.1",
                "username",
                server.user(),
                "authtype",
                "password",
                "password",
                OpensshServer.PASSWORD,
                "path",
                server.freshFolder(),
                "host_key",
                server.fingerprint());
    }

    private static Map<String, String> rsync() throws IOException {
        Map<String, String> settings = new TreeMap<>(sftp());
        settings.remove("password");
        settings.put("type", "Rsync");
        settings.put("authtype", "key");
        settings.put("privatekey", OpensshServer.shared().key().toString());
        return settings;
    }

    private static Map<String, String> drive() {
        return Map.of(
                "type",
                "GoogleDrive",
                "folder",
                "backups",
                "client_id",
                DriveFakeTokens.CLIENT,
                "client_secret",
                DriveFakeTokens.CLIENT_SECRET,
                "refresh_token",
                DriveFakeTokens.REFRESH_TOKEN);
    }

    /// Lives as long as the process.
    private static final class Drive {
        private static final DriveFake FAKE = start();

        private static DriveFake start() {
            try {
                return DriveFake.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Where Google is, is no setting of the API; a file may say so.
    private static void sendToFake(Path server, String id, HostPort proxy) throws IOException {
        try (Stream<Path> files = Files.list(server.resolve("var/cpanel/backups"))) {
            Path file =
                    files.filter(each -> each.toString().contains(id)).findFirst().orElseThrow();
            Files.writeString(
                    file,
                    "endpoint: 'http://%s'\ntoken_endpoint: 'http://%s/token'\n"
                            .formatted(proxy, proxy),
                    StandardOpenOption.APPEND);
        }
    }

    private static Map<String, String> plain(
            String type, TransportSettings server, Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(server.values());
        settings.put("type", type);
        settings.put("password", server.findSecret("password").map(Secret::reveal).orElseThrow());
        settings.putAll(more);
        return settings;
    }

    private static Map<String, String> s3(HostPort proxy) {
        S3Server server = S3Server.s3Mock();
        return Map.of(
                "type",
                "S3Compatible",
                "host",
                "http://" + proxy,
                "bucket",
                S3Server.READY_BUCKET,
                "aws_access_key_id",
                server.accessKeyId(),
                "password",
                server.secretKey(),
                "part_size",
                "5MiB");
    }

    private static Map<String, String> b2(HostPort proxy) {
        B2Simulator server = B2Simulator.shared();
        return Map.of(
                "type",
                "Backblaze",
                "bucket_id",
                server.bucketId(),
                "bucket_name",
                "packhorse",
                "application_key_id",
                server.keyId(),
                "application_key",
                server.key(),
                "part_size",
                "5MiB",
                "endpoint",
                "http://" + proxy);
    }
}
