package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.gzip.WorkerThreads;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexedSegment;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever keeps an archive can change it so that each segment still has the checksum that the
/// index has, since a CRC is no digest. Read by its index, the archive gives none of it.
class ForgedArchiveTest {
    private static final BytePath SMALL = BytePath.of("homedir/small");
    private static final BytePath LARGE = BytePath.of("homedir/large");
    private static final BytePath NOTED = BytePath.of("homedir/noted");
    private static final BytePath HOLES = BytePath.of("homedir/holes");
    private static final BytePath LINK = BytePath.of("homedir/link");
    private static final BytePath FURTHER = BytePath.of("homedir/further");
    private static final BytePath LAST = BytePath.of("homedir/last");
    private static final int LARGE_BYTES = 3_000_000;

    @TempDir private Path work;
    private byte[] archive = new byte[0];

    private void pack() throws IOException {
        try (FileChannel file = create("archive.tar");
                FileChannel index = create("index");
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                file,
                                ByteName.of("cpmove-demo"),
                                ArchiveBuilding.TIME,
                                new Packing.Plain(),
                                new PackAids(
                                        WorkerThreads.named("packer"),
                                        Optional.of(index),
                                        Optional.empty()),
                                Cancellation.never())) {
            byte[] large = new byte[LARGE_BYTES];
            new Random(3).nextBytes(large);
            add(writer, SMALL, "small content, but enough of it".getBytes(StandardCharsets.UTF_8));
            add(writer, LARGE, large);
            addOdd(writer);
            writer.finish();
        }
        archive = Files.readAllBytes(work.resolve("archive.tar"));
    }

    /// What has more in its headers, and content behind it.
    private static void addOdd(CpmoveWriter writer) throws IOException {
        Attributes noted =
                new Attributes(
                        0640,
                        0,
                        0,
                        ArchiveBuilding.TIME,
                        0,
                        Map.of(ByteString.of("user.note"), ByteString.of("all is well")));
        writer.add(
                new ArchiveEntry.RegularFile(NOTED, noted, 0, List.of()),
                ArchiveBuilding.body(ByteString.of("")));
        writer.add(
                new ArchiveEntry.RegularFile(
                        HOLES,
                        Attributes.ofRoot(0640, ArchiveBuilding.TIME),
                        9_000,
                        List.of(new ArchiveEntry.DataRegion(1_234, 10))),
                ArchiveBuilding.body(ByteString.of("0123456789")));
        writer.add(
                new ArchiveEntry.SymbolicLink(
                        LINK,
                        Attributes.ofRoot(0777, ArchiveBuilding.TIME),
                        ByteString.of("goal-A/x")));
        writer.add(
                new ArchiveEntry.HardLink(
                        FURTHER, Attributes.ofRoot(0640, ArchiveBuilding.TIME), SMALL));
        add(writer, LAST, "what is changed to make up for it".getBytes(StandardCharsets.UTF_8));
    }

    private FileChannel create(String name) throws IOException {
        return FileChannel.open(
                work.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void add(CpmoveWriter writer, BytePath path, byte[] bytes) throws IOException {
        writer.add(
                new ArchiveEntry.RegularFile(
                        path,
                        Attributes.ofRoot(0640, ArchiveBuilding.TIME),
                        bytes.length,
                        List.of()),
                ArchiveBuilding.body(ByteString.of(bytes)));
    }

    private interface Work {
        void with(IndexedArchive archive, ArchiveIndex index) throws IOException;
    }

    private void opened(Work body) throws IOException {
        Path file = Files.write(work.resolve("archive.tar"), archive);
        try (FileChannel channel = FileChannel.open(file);
                FileChannel beside = FileChannel.open(work.resolve("index"))) {
            ArchiveIndex index = ArchiveIndex.open(RangeSource.of(beside));
            try (IndexedArchive both = new IndexedArchive(RangeSource.of(channel), index)) {
                body.with(both, index);
            }
        }
    }

    /// Changes bytes of a segment and makes up for it with four others of the same segment.
    private void forge(IndexedSegment segment, int at, byte[] bytes, int makeUp) {
        int from = (int) segment.offset();
        int length = (int) segment.packedBytes();
        int before = crc(from, length);
        System.arraycopy(bytes, 0, archive, at, bytes.length);
        int[] effects = new int[32];
        int now = crc(from, length);
        for (int bit = 0; bit < 32; bit++) {
            archive[makeUp + bit / 8] ^= (byte) (1 << bit % 8);
            effects[bit] = crc(from, length) ^ now;
            archive[makeUp + bit / 8] ^= (byte) (1 << bit % 8);
        }
        int flips = solve(effects, before ^ now);
        for (int bit = 0; bit < 32; bit++) {
            if ((flips >>> bit & 1) == 1) {
                archive[makeUp + bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
        assertThat(crc(from, length)).as("the forgery").isEqualTo(before);
    }

    private int crc(int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(archive, from, length);
        return (int) crc.getValue();
    }

    /// Which of the effects, taken together, give the wanted one.
    private static int solve(int[] effects, int wanted) {
        int[] rows = effects.clone();
        int[] made = new int[32];
        for (int i = 0; i < 32; i++) {
            made[i] = 1 << i;
        }
        int left = wanted;
        int flips = 0;
        for (int bit = 0, row = 0; bit < 32; bit++, row++) {
            int pivot = row;
            while ((rows[pivot] >>> bit & 1) == 0) {
                pivot++;
            }
            int effect = rows[pivot];
            int from = made[pivot];
            rows[pivot] = rows[row];
            made[pivot] = made[row];
            rows[row] = effect;
            made[row] = from;
            for (int i = row + 1; i < 32; i++) {
                if ((rows[i] >>> bit & 1) == 1) {
                    rows[i] ^= effect;
                    made[i] ^= from;
                }
            }
            if ((left >>> bit & 1) == 1) {
                left ^= effect;
                flips ^= from;
            }
        }
        return flips;
    }

    private static void assertNothingIsGiven(IndexedArchive archive, BytePath path, int most)
            throws IOException {
        ByteArrayOutputStream copied = new ByteArrayOutputStream();
        assertThatThrownBy(() -> archive.copy(path, copied))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("not the digest");
        assertThat(copied.size()).isLessThan(most);
        int[] visited = {0};
        assertThatThrownBy(() ->
                        archive.forEach(
                                path,
                                (entry, content) -> {
                                    visited[0]++;
                                    read(content, ((ArchiveEntry.RegularFile) entry).sizeBytes());
                                    visited[0]++;
                                }))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("has not the digest");
        assertThat(visited[0]).as("the reader never got all of it").isEqualTo(1);
    }

    /// As restores do: what was promised, and not beyond.
    private static void read(InputStream content, long length) throws IOException {
        byte[] block = new byte[4_096];
        for (long left = length; left > 0; ) {
            left -= content.read(block, 0, (int) Math.min(left, block.length));
        }
    }

    @Test
    void aSmallFileIsNotGiven() throws Exception {
        pack();
        int at = find("small content");
        opened((sound, index) -> {
            IndexedSegment segment = index.segment(index.find(SMALL).orElseThrow().segment());
            forge(segment, at, "evil!".getBytes(StandardCharsets.UTF_8), at + 8);
        });
        opened((forged, _) -> assertNothingIsGiven(forged, SMALL, 1));
    }

    @Test
    void noPieceOfALargeFileCanBeChanged() throws Exception {
        pack();
        byte[] sound = archive;
        int pieces = pieces();
        assertThat(pieces).isGreaterThan(2);
        for (int piece = 0; piece < pieces; piece++) {
            archive = sound.clone();
            int number = piece;
            opened((_, index) -> {
                IndexedSegment segment =
                        index.segment(index.find(LARGE).orElseThrow().segment() + number);
                int at = (int) segment.offset() + 5_000;
                forge(segment, at, new byte[] {1, 2, 3, 4, 5}, at + 100);
            });
            opened((forged, _) -> assertNothingIsGiven(forged, LARGE, LARGE_BYTES));
        }
    }

    private int pieces() throws IOException {
        int[] count = {0};
        opened((_, index) -> count[0] = 1 + index.find(LARGE).orElseThrow().entry().segmentsBack());
        return count[0];
    }

    /// The header's own sum does not notice digits that change places.
    @Test
    void aModeCannotBeChanged() throws Exception {
        pack();
        int content = find("small content");
        int mode = find("0000640");
        opened((_, index) -> {
            IndexedSegment segment = index.segment(index.find(SMALL).orElseThrow().segment());
            assertThat(mode).isBetween((int) segment.offset(), content);
            forge(segment, mode, "0000460".getBytes(StandardCharsets.US_ASCII), content + 8);
        });
        opened((forged, _) ->
                assertThatThrownBy(
                                () -> forged.copy(SMALL, java.io.OutputStream.nullOutputStream()))
                        .isInstanceOf(ArchiveException.class)
                        .hasMessageContaining(
                                "homedir/small: its kind, size, owner, mode or time"));
    }

    private int find(String text) {
        int at = new String(archive, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).isPositive();
        return at;
    }

    /// Changes headers so that neither their own sum nor the checksum of the segment shows it.
    private void forgeHeaders(BytePath path, String sound, String forged) throws IOException {
        pack();
        int at = find(sound);
        int makeUp = find("what is changed to make up");
        opened((archive, index) -> {
            archive.forEach(path, (_, _) -> {});
            IndexedSegment segment = index.segment(index.find(path).orElseThrow().segment());
            long end = segment.offset() + segment.packedBytes();
            assertThat((long) at).isBetween(segment.offset(), end);
            assertThat((long) makeUp).isBetween((long) at, end - 4);
            forge(segment, at, forged.getBytes(StandardCharsets.US_ASCII), makeUp);
        });
    }

    private void assertHeadersRefused(BytePath path) throws IOException {
        opened((forged, _) ->
                assertThatThrownBy(() ->
                                forged.forEach(
                                        path,
                                        (_, _) -> {
                                            throw new AssertionError("it was given");
                                        }))
                        .isInstanceOf(ArchiveException.class)
                        .hasMessageContaining(path + ": its link target, extended attributes"));
        opened((forged, _) ->
                assertThatThrownBy(() ->
                                forged.copyTar(
                                        path, java.io.OutputStream.nullOutputStream(), _ -> {}))
                        .isInstanceOf(ArchiveException.class)
                        .hasMessageContaining(path + ": its link target, extended attributes"));
    }

    @Test
    void aLinkCannotBeSentElsewhere() throws Exception {
        forgeHeaders(LINK, "goal-A/x", "A-goal/x");
        assertHeadersRefused(LINK);
    }

    @Test
    void aFurtherNameCannotBeGivenToAnotherFile() throws Exception {
        pack();
        String name = "cpmove-demo/homedir/small";
        // in the link's header, behind the one of the file itself
        int second = new String(archive, StandardCharsets.ISO_8859_1).indexOf(name, find(name) + 1);
        int makeUp = find("what is changed to make up");
        opened((_, index) ->
                forge(
                        index.segment(index.find(FURTHER).orElseThrow().segment()),
                        second,
                        "cpmove-demo/homedir/smlal".getBytes(StandardCharsets.US_ASCII),
                        makeUp));
        assertHeadersRefused(FURTHER);
    }

    @Test
    void anAttributeCannotBeChanged() throws Exception {
        forgeHeaders(NOTED, "user.note=all is well", "user.note=all is hell");
        assertHeadersRefused(NOTED);
    }

    /// A list that opens a file to somebody, say.
    @Test
    void anAttributeCannotBeAddedUnderAnotherName() throws Exception {
        forgeHeaders(NOTED, "user.note=all is well", "user.noted=ll is well");
        assertHeadersRefused(NOTED);
    }

    @Test
    void contentCannotBeMovedWithinAFileWithHoles() throws Exception {
        forgeHeaders(HOLES, "1234\n10\n", "1243\n10\n");
        assertHeadersRefused(HOLES);
    }

    /// Made by an earlier version: what is read by it has the checksum alone, as it had then.
    @Test
    void anIndexWithoutProofsIsReadAndNothingIsTakenOverByIt() throws Exception {
        pack();
        byte[] index = Files.readAllBytes(work.resolve("index"));
        assertThat(new String(index, 0, 18, StandardCharsets.US_ASCII))
                .isEqualTo("packhorse-index 2\n");
        opened((_, now) -> assertThat(fits(now)).isTrue());
        index[16] = '1';
        Files.write(work.resolve("index"), index);

        opened((read, old) -> {
            ByteArrayOutputStream copied = new ByteArrayOutputStream();
            read.copy(SMALL, copied);
            assertThat(copied.toString(StandardCharsets.UTF_8)).startsWith("small content");
            int[] count = {0};
            read.forEach(BytePath.of("homedir"), (_, _) -> count[0]++);
            assertThat(count[0]).as("with the folder").isEqualTo(8);
            assertThat(fits(old)).isFalse();
        });
    }

    private boolean fits(ArchiveIndex index) throws IOException {
        try (FileChannel file = FileChannel.open(work.resolve("archive.tar"))) {
            return new EarlierArchive(file, index).fits(new Packing.Plain(), "cpmove-demo");
        }
    }
}
