package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.gzip.DeflateBackend;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.gzip.WorkerThreads;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a tree is like, the index that is made of its archive equals the one that was written
/// with it, field for field.
class IndexRebuildPropertyTest {
    @TempDir private Path folder;

    static LongStream seeds() {
        return LongStream.range(5_000, 5_060);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theRebuiltIndexOfARandomTreeIsTheWrittenOne(long seed) throws Exception {
        Path archive = folder.resolve("archive");
        Path written = folder.resolve("written.index");
        List<RandomTree.Item> items = RandomTree.of(seed);
        try (FileChannel index =
                FileChannel.open(
                        written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            PackAids aids =
                    new PackAids(
                            WorkerThreads.named("packer"), Optional.of(index), Optional.empty());
            ArchiveBuilding.pack(archive, gzip(seed), items, aids);
        }

        IndexContents rebuilt = IndexContents.rebuilt(archive, folder.resolve("rebuilt.index"));

        IndexContents wanted = IndexContents.of(written);
        assertThat(rebuilt.entries()).containsExactlyElementsOf(wanted.entries());
        assertThat(rebuilt).isEqualTo(wanted);
        assertThat(wanted.entries()).hasSizeGreaterThanOrEqualTo(items.size());
    }

    /// Archives of members; one that is not in members has no index that could be made of it, and
    /// of a plain tar file the segments of a rebuilt index are others.
    private static Packing gzip(long seed) {
        DeflateBackend backend =
                seed % 2 == 0
                        ? DeflateBackend.bestFor(GzipSettings.USUAL_LEVEL)
                        : DeflateBackend.JDK;
        return new Packing.Gzip(new GzipSettings(2, 1 + (int) (seed % 9), backend));
    }
}
