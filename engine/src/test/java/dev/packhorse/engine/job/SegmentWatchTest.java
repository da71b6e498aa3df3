package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexWriter;
import dev.packhorse.engine.index.IndexedSegment;
import dev.packhorse.engine.index.RangeSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where damage lies in an archive of one gzip member, whose first segment is not its first byte.
class SegmentWatchTest {
    private static final int HEADER = 10;
    private static final int FIRST = 500;
    private static final int SECOND = 400;
    private static final int TRAILER = 13;

    @TempDir private Path folder;
    private final byte[] archive = new byte[HEADER + FIRST + SECOND + TRAILER];

    @BeforeEach
    void writeIndex() throws IOException {
        new Random(5).nextBytes(archive);
        try (FileChannel file =
                FileChannel.open(
                        index(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            IndexWriter writer = new IndexWriter(file, "gzip/3/single-member/6", "demo");
            writer.add(segment(HEADER, FIRST), List.of());
            writer.add(segment(HEADER + FIRST, SECOND), List.of());
            writer.finish(archive.length, "");
        }
    }

    private Path index() {
        return folder.resolve("index");
    }

    private IndexedSegment segment(int offset, int bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(archive, offset, bytes);
        return new IndexedSegment(
                offset, bytes, 9_999, (int) checksum.getValue(), Optional.empty());
    }

    private Optional<SegmentWatch.Damage> damage(int step) throws IOException {
        try (FileChannel file = FileChannel.open(index())) {
            SegmentWatch watch = new SegmentWatch(ArchiveIndex.open(RangeSource.of(file)));
            for (int at = 0; at < archive.length; at += step) {
                byte[] block = Arrays.copyOfRange(archive, at, at + step);
                watch.take(block, Math.min(step, archive.length - at));
            }
            return watch.firstDamage();
        }
    }

    @Test
    void isInTheSegmentThatHoldsIt() throws Exception {
        for (int step : List.of(1, 7, HEADER, 1_000)) {
            assertThat(damage(step)).isEmpty();
            archive[HEADER + FIRST] ^= 1;
            assertThat(damage(step)).contains(new SegmentWatch.Damage(1, HEADER + FIRST, SECOND));
            archive[HEADER + FIRST] ^= 1;
        }
    }

    @Test
    void isNotWhatLiesBeforeAndBehind() throws Exception {
        archive[0] ^= 1;
        archive[archive.length - 1] ^= 1;
        assertThat(damage(100)).isEmpty();
    }
}
