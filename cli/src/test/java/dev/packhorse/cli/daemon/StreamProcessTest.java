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
import dev.packhorse.transport.registry.TransportRegistry;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// A daemon whose archives do not stay here packs them straight into the upload to a real server:
/// no file of the archive's size is ever made, it comes back from there, and a daemon that is
/// killed in the middle leaves nothing and is followed by one that makes up for it.
class StreamProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int CONTENT = 24 << 20;
    private static final long KILL_AT = 12 << 20;

    /// Index, manifest and dumps of a small account.
    private static final long SMALL = 4 << 20;

    @TempDir private Path work;
    private final String folder = "stream-" + UUID.randomUUID();

    @ParameterizedTest
    @EnumSource
    void theArchiveIsNeverHereAndComesBack(StreamPlace place) throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        Path site = server.resolve("home/alice/public_html");
        byte[] large = largeFile(site);
        try (FaultProxy proxy = place.proxy();
                DaemonUnderTest daemon = start()) {
            String id = add(daemon, place, proxy.address());
            proxy.set(new Fault.Slow(1));
            String backup = backUp(daemon);
            long most = mostBytesHereUntilEnd(daemon, backup);
            JsonNode packed = daemon.job(backup);
            assertThat(packed.path("state").asString("")).as("%s", packed).isEqualTo("succeeded");
            assertThat(packed.path("attempts").asInt()).isOne();
            assertThat(proxy.passed(Direction.TO_SERVER)).isGreaterThan(CONTENT);
            assertThat(most).as("bytes in backup directory and staging").isLessThan(SMALL);
            assertUploaded(daemon, 1);
            assertThat(digestThere(place, packed.path("result")))
                    .isEqualTo(packed.path("result").path("sha256").asString("-"));

            Files.write(site.resolve("video.bin"), new byte[] {1});
            String restore =
                    daemon.call(
                                    "packhorse_restore_start",
                                    new Parameters().add("user", "alice").add("destid", id))
                            .path("job")
                            .asString("");
            assertThat(daemon.awaitEnd(restore, LIMIT).path("state").asString(""))
                    .isIn("succeeded", "partial");
            assertThat(site.resolve("video.bin")).hasBinaryContent(large);
            assertThat(daemon.stop()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKilledDaemonLeavesNothingAndTheNextOneMakesUpForIt(StreamPlace place) throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        largeFile(server.resolve("home/alice/public_html"));
        try (FaultProxy proxy = place.proxy()) {
            String backup;
            try (DaemonUnderTest first = start()) {
                add(first, place, proxy.address());
                proxy.set(new Fault.Slow(2));
                backup = backUp(first);
                DaemonUnderTest.await(LIMIT, () -> proxy.passed(Direction.TO_SERVER) > KILL_AT);
                first.kill();
            }
            proxy.cutAll();
            assertThat(keysThere(place)).noneMatch(key -> key.endsWith("alice.tar.gz"));
            assertThat(bytesBelow(server.resolve("backup"))).isLessThan(SMALL);
            assertThat(journals()).hasSize(1);
            proxy.set(new Fault.None());
            try (DaemonUnderTest second = start()) {
                JsonNode packed = second.awaitEnd(backup, LIMIT);
                assertThat(packed.path("state").asString("")).isEqualTo("succeeded");
                assertThat(packed.path("attempts").asInt()).isEqualTo(2);
                assertUploaded(second, 1);
                assertThat(digestThere(place, packed.path("result")))
                        .isEqualTo(packed.path("result").path("sha256").asString("-"));
                assertThat(second.stop()).isZero();
            }
            assertThat(journals()).isEmpty();
            assertThat(place.leftFiles(folder)).isEmpty();
        }
    }

    /// The uploads that nobody has ended.
    private List<Path> journals() throws IOException {
        try (Stream<Path> files = Files.list(work.resolve("state/uploads"))) {
            return files.filter(file -> file.toString().endsWith(".upload")).toList();
        }
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

    private static String backUp(DaemonUnderTest daemon) throws ClientException {
        return daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"))
                .path("job")
                .asString("");
    }

    /// Looks again and again while the backup runs.
    private long mostBytesHereUntilEnd(DaemonUnderTest daemon, String backup) {
        AtomicLong most = new AtomicLong();
        DaemonUnderTest.await(
                LIMIT,
                () -> {
                    long here =
                            bytesBelow(work.resolve("server/backup"))
                                    + bytesBelow(work.resolve("state/staging"));
                    most.accumulateAndGet(here, Math::max);
                    try {
                        return !List.of("pending", "active")
                                .contains(daemon.job(backup).path("state").asString(""));
                    } catch (ClientException e) {
                        throw new AssertionError(e);
                    }
                });
        return most.get();
    }

    private static long bytesBelow(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(StreamProcessTest::bytes).sum();
        } catch (IOException | UncheckedIOException e) {
            // What was being removed meanwhile is looked at next time.
            return 0;
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The upload is told of as any other.
    private static void assertUploaded(DaemonUnderTest daemon, int attempts) throws Exception {
        JsonNode uploads =
                daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                        .path("jobs");
        assertThat(uploads).hasSize(1);
        JsonNode ended = daemon.awaitEnd(uploads.get(0).path("id").asString(""), LIMIT);
        assertThat(ended.path("state").asString("")).as("%s", ended).isEqualTo("succeeded");
        JsonNode status =
                daemon.call("backup_get_transport_status", new Parameters())
                        .path("transport_status");
        assertThat(status).hasSize(1);
        assertThat(status.get(0).path("user").asString("")).isEqualTo("alice");
        assertThat(status.get(0).path("transport").asString("")).isEqualTo("far");
        assertThat(status.get(0).path("status").asString("")).isEqualTo("completed");
        assertThat(status.get(0).path("attempts").asInt()).isEqualTo(attempts);
        JsonNode dates =
                daemon.call("backup_list_transported", new Parameters()).path("remote_backups");
        assertThat(dates.toString()).contains("alice");
    }

    private String add(DaemonUnderTest daemon, StreamPlace place, HostPort proxy)
            throws ClientException, IOException {
        daemon.call("backup_config_set", new Parameters().add("keeplocal", "0"));
        Parameters parameters =
                new Parameters().add("name", "far").add("type", place.type()).add("timeout", "30");
        place.settings(folder, proxy).forEach(parameters::add);
        parameters.add(place.secretName(), place.secret());
        return daemon.call("backup_destination_add", parameters).path("id").asString("");
    }

    private Transport open(StreamPlace place) throws Exception {
        return TransportRegistry.ofAllDrivers()
                .open(
                        place.type(),
                        new TransportSettings(
                                new TreeMap<>(place.settings(folder, place.server())),
                                new TreeMap<>(
                                        Map.of(place.secretName(), new Secret(place.secret()))),
                                Duration.ofSeconds(30)));
    }

    private String digestThere(StreamPlace place, JsonNode result) throws Exception {
        try (Transport transport = open(place)) {
            ObjectKey archive = new ObjectKey(result.path("archive").asString(""));
            return transport.read(archive, ByteRange.ALL, Sha256::of, Cancellation.never());
        }
    }

    private List<String> keysThere(StreamPlace place) throws Exception {
        List<String> keys = new ArrayList<>();
        try (Transport transport = open(place)) {
            transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        }
        return keys;
    }
}
