package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trees on a disk that counts times in whole seconds, as ext3 and some servers of networks do.
/// Needs root and a loop device; skipped elsewhere.
class CoarseDiskTest {
    @TempDir private Path folder;

    @Test
    void whatTheDiskCutsOffTimesIsNoDamage() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        try (VerifyServer server = new VerifyServer(folder)) {
            Path point = Files.createDirectories(folder.resolve("server/backup"));
            Path image = folder.resolve("image");
            try (RandomAccessFile bytes = new RandomAccessFile(image.toFile(), "rw")) {
                bytes.setLength(64 << 20);
            }
            String file = image.toString();
            assumeTrue(SmallDisk.run("mkfs.ext4", "-q", "-I", "128", file).isPresent(), "ext4");
            assumeTrue(
                    SmallDisk.run("mount", "-o", "loop", file, point.toString()).isPresent(),
                    "mounts");
            try {
                server.server.backups.file().update(Map.of(ConfigKey.BACKUPTYPE, "incremental"));
                server.server.backUp("alice");
                assertThat(server.verify(VerifyServer.all(DestinationId.LOCAL)).outcome())
                        .isInstanceOf(JobOutcome.Succeeded.class);
            } finally {
                assertThat(SmallDisk.run("umount", point.toString())).isPresent();
            }
        }
    }
}
