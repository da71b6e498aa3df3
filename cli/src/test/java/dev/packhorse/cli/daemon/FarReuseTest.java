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
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The second archive of an account is whole in the bucket, and most of it was never sent.
class FarReuseTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int MIB = 1 << 20;
    private static final String FOLDER = "far-reuse";

    @TempDir private Path work;

    @Test
    void onlyWhatChangedGoesToTheBucket() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        Path site = server.resolve("home/alice/public_html");
        write(site, "video.bin", 32 * MIB);
        S3Server s3 = S3Server.s3Mock();
        HostPort place = new HostPort("127.0.0.1", URI.create(s3.endpoint()).getPort());
        try (FaultProxy proxy = FaultProxy.before(place);
                DaemonUnderTest daemon = DaemonUnderTest.start(work, "192m")) {
            Map<String, String> settings = settings(s3, proxy.address());
            daemon.call("backup_destination_add", parameters(settings, s3.secretKey()));
            backUp(daemon);
            assertThat(proxy.passed(Direction.TO_SERVER)).isGreaterThan(32L * MIB);

            write(site, "news.bin", MIB);
            proxy.set(new Fault.None());
            JsonNode result = backUp(daemon);
            assertThat(proxy.passed(Direction.TO_SERVER)).isBetween((long) MIB, 13L * MIB);

            String sha256 = result.path("sha256").asString("");
            assertThat(digestThere(settings, s3.secretKey(), result)).isEqualTo(sha256);
        }
    }

    /// Returns what the backup says of its archive, once it was uploaded.
    private static JsonNode backUp(DaemonUnderTest daemon) throws ClientException {
        JsonNode started =
                daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"));
        JsonNode packed = daemon.awaitEnd(started.path("job").asString(""), LIMIT);
        assertThat(packed.path("state").asString("")).as("%s", packed).isEqualTo("succeeded");
        JsonNode uploads =
                daemon.call("packhorse_job_list", new Parameters().add("kind", "upload"))
                        .path("jobs");
        assertThat(uploads).isNotEmpty();
        for (JsonNode upload : uploads) {
            JsonNode ended = daemon.awaitEnd(upload.path("id").asString(""), LIMIT);
            assertThat(ended.path("state").asString("")).as("%s", ended).isEqualTo("succeeded");
        }
        return packed.path("result");
    }

    /// Bytes that do not shrink, owned as the folder is.
    private static void write(Path folder, String name, int length) throws Exception {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Path file = Files.write(folder.resolve(name), bytes);
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Files.setAttribute(file, id, Files.getAttribute(folder, id));
        }
    }

    private static String digestThere(Map<String, String> settings, String key, JsonNode result)
            throws Exception {
        TransportSettings place =
                new TransportSettings(
                        new TreeMap<>(settings),
                        new TreeMap<>(Map.of("password", new Secret(key))),
                        Duration.ofSeconds(30));
        try (Transport transport = TransportRegistry.ofAllDrivers().open("S3Compatible", place)) {
            ObjectKey archive = new ObjectKey(result.path("archive").asString(""));
            return transport.read(archive, ByteRange.ALL, Sha256::of, Cancellation.never());
        }
    }

    private static Map<String, String> settings(S3Server server, HostPort proxy) {
        return Map.of(
                "host",
                "http://" + proxy,
                "bucket",
                S3Server.READY_BUCKET,
                "folder",
                FOLDER,
                "aws_access_key_id",
                server.accessKeyId(),
                "part_size",
                "5MiB");
    }

    private static Parameters parameters(Map<String, String> settings, String key) {
        Parameters parameters =
                new Parameters()
                        .add("name", "far")
                        .add("type", "S3Compatible")
                        .add("timeout", "30")
                        .add("password", key);
        settings.forEach(parameters::add);
        return parameters;
    }
}
