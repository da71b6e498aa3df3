package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Packs an account of 20,000 files and one of 5 GB in a daemon with a heap of 256 MB, which ends
/// itself when memory runs out.
class SmallHeapTest {
    private static final long GIB = 1L << 30;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir private Path work;

    @Test
    void manySmallAndFewLargeFilesAreBothPackedInA256MegabyteHeap() throws Exception {
        Path server = work.resolve("server");
        assumeTrue(
                Files.getFileStore(work).getUsableSpace() > 14 * GIB, "needs 14 GiB of free disk");
        DemoServer.write(server);
        write(server.resolve("home/gina"), 5);
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            assertThat(pack(daemon, "erin").path("result").path("sizeBytes").asLong(0))
                    .isPositive();
            assertThat(pack(daemon, "gina").path("result").path("sizeBytes").asLong(0))
                    .isGreaterThan(5 * GIB);
        }
    }

    private static JsonNode pack(DaemonUnderTest daemon, String account) throws Exception {
        JsonNode started =
                daemon.call("packhorse_backup_start", new Parameters().add("user", account));
        JsonNode job = daemon.awaitEnd(started.path("job").asString(""), LIMIT);
        assertThat(job.path("state").asString("")).as("%s", job).isIn("succeeded", "partial");
        return job;
    }

    /// Files of a gibibyte that do not shrink.
    private static void write(Path home, int files) throws IOException {
        byte[] block = new byte[1 << 20];
        new Random(5).nextBytes(block);
        for (int i = 0; i < files; i++) {
            Path file = home.resolve("large-" + i + ".bin");
            try (OutputStream out = Files.newOutputStream(file)) {
                for (int written = 0; written < 1 << 10; written++) {
                    out.write(block);
                }
            }
            Files.setAttribute(file, "unix:uid", Files.getAttribute(home, "unix:uid"));
            Files.setAttribute(file, "unix:gid", Files.getAttribute(home, "unix:gid"));
        }
    }
}
