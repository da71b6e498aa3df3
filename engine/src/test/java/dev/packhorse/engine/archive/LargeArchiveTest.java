package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LargeArchiveTest {
    private static final int FILES = 1_000_000;

    @TempDir Path folder;

    /// The test's heap is bounded by the build; names alone would take more if they were kept.
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aMillionTinyFilesPassThroughBoundedMemory() throws Exception {
        Path file = folder.resolve("cpmove-demo.tar.gz");
        Attributes attributes = Attributes.ofRoot(0644, 1_000);
        try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                channel,
                                ByteName.of("cpmove-demo"),
                                1_000,
                                new Packing.Gzip(GzipSettings.usual()),
                                Cancellation.never())) {
            writer.addText("cp/demo", 0600, "USER=demo\n");
            for (int i = 0; i < FILES; i++) {
                String name = "a-name-of-usual-length-" + i + ".html";
                BytePath path =
                        BytePath.of("homedir/public_html/wp-content/cache/" + i % 997 + "/" + name);
                writer.add(ArchiveEntry.RegularFile.of(path, attributes, 0), _ -> -1);
            }
            assertThat(writer.finish().totals().files()).isEqualTo(FILES + 1);
        }
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.DEFAULTS, ArchiveTrust.RESTRICTED);
        try (JudgedArchive archive = judge.judge(file, unpacked, Cancellation.never())) {
            assertThat(archive.facts().files()).isEqualTo(FILES + 1);
            assertThat(archive.facts().members()).containsExactly("cp/", "cp/demo");
        }
    }
}
