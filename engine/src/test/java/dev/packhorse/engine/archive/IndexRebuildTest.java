package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.gzip.WorkerThreads;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.IndexedSegment;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An index made of the archive says what the one says that was written with it, and neither a
/// damaged archive nor a damaged index ever gives wrong bytes.
class IndexRebuildTest {
    private static final int MUTATIONS = 2_000;

    @TempDir private Path work;

    private final Map<BytePath, byte[]> files = new LinkedHashMap<>();

    private Path archive() {
        return work.resolve("cpmove-demo.tar.gz");
    }

    private Path index() {
        return work.resolve("demo.index");
    }

    private void pack(Packing packing) throws IOException {
        Random random = new Random(7);
        try (FileChannel file = create(archive());
                FileChannel index = create(index());
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                file,
                                ByteName.of("cpmove-demo"),
                                ArchiveBuilding.TIME,
                                packing,
                                new PackAids(
                                        WorkerThreads.named("packer"),
                                        Optional.of(index),
                                        Optional.empty()),
                                Cancellation.never())) {
            writer.addText("cp/demo", 0600, "USER=demo\n");
            writer.addFolder("mysql", 0700);
            for (int i = 0; i < 300; i++) {
                add(writer, "homedir/" + (i % 7) + "/file " + i, random, random.nextInt(9_000));
            }
            add(writer, "homedir/" + "x".repeat(200) + "/empty", random, 0);
            add(writer, "homedir/large", random, 6_000_001);
            add(writer, "homedir/medium", random, 300_000);
            addOdd(writer);
            writer.finish();
        }
    }

    /// What has more in its headers.
    private static void addOdd(CpmoveWriter writer) throws IOException {
        Attributes plain = Attributes.ofRoot(0640, ArchiveBuilding.TIME);
        Attributes noted =
                new Attributes(
                        0640,
                        7,
                        8,
                        ArchiveBuilding.TIME,
                        123_456_789,
                        Map.of(
                                ByteString.of("user.note=%"),
                                ByteString.of(new byte[] {0, 10, -1}),
                                ByteString.of("user.empty"),
                                ByteString.of("")));
        BytePath first = BytePath.of("homedir/odd/first");
        writer.add(new ArchiveEntry.Folder(BytePath.of("homedir/odd"), noted));
        ByteString zeros = ByteString.of(new byte[400_000]);
        for (Attributes each : List.of(plain, noted)) {
            String name = each.uid() == 0 ? "plain" : "noted";
            writer.add(
                    new ArchiveEntry.RegularFile(
                            BytePath.of("homedir/odd/holes " + name),
                            each,
                            900_000,
                            List.of(
                                    new ArchiveEntry.DataRegion(10_000, 300_000),
                                    new ArchiveEntry.DataRegion(400_000, 100_000))),
                    ArchiveBuilding.body(zeros));
            writer.add(
                    new ArchiveEntry.RegularFile(
                            BytePath.of("homedir/odd/hole " + name),
                            each,
                            5_000,
                            List.of(new ArchiveEntry.DataRegion(5_000, 0))),
                    ArchiveBuilding.body(ByteString.of("")));
            writer.add(
                    new ArchiveEntry.SymbolicLink(
                            BytePath.of("homedir/odd/link " + name),
                            each,
                            ByteString.of("../" + "far/".repeat(70) + name)));
        }
        writer.add(
                new ArchiveEntry.RegularFile(first, noted, 5, List.of()),
                ArchiveBuilding.body(ByteString.of("first")));
        writer.add(new ArchiveEntry.HardLink(BytePath.of("homedir/odd/second"), plain, first));
    }

    private void add(CpmoveWriter writer, String name, Random random, int size) throws IOException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        for (int i = 0; i < size / 2; i++) {
            bytes[i] = (byte) ('a' + (bytes[i] & 7));
        }
        BytePath path = BytePath.of(name);
        files.put(path, bytes);
        writer.add(
                new ArchiveEntry.RegularFile(
                        path, Attributes.ofRoot(0640, ArchiveBuilding.TIME), size, List.of()),
                ArchiveBuilding.body(ByteString.of(bytes)));
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static Packing gzip() {
        return new Packing.Gzip(GzipSettings.usual().withThreads(2));
    }

    private Path rebuild() throws IOException {
        Path rebuilt = work.resolve("rebuilt.index");
        try (FileChannel file = FileChannel.open(archive());
                FileChannel target = create(rebuilt)) {
            IndexRebuild.of(RangeSource.of(file), target);
        }
        return rebuilt;
    }

    @Test
    void rebuiltIndexOfGzipMembersEqualsTheWrittenOne() throws Exception {
        pack(gzip());
        IndexContents rebuilt = IndexContents.of(rebuild());
        assertThat(rebuilt).isEqualTo(IndexContents.of(index()));
        assertThat(rebuilt.entries()).hasSizeGreaterThan(303);
        assertThat(rebuilt.entries())
                .filteredOn(entry -> entry.proof().length() > 0)
                .extracting(entry -> entry.path().name().toString())
                .containsExactlyInAnyOrder(
                        "odd",
                        "holes plain",
                        "hole plain",
                        "link plain",
                        "holes noted",
                        "hole noted",
                        "link noted",
                        "first",
                        "second");
    }

    @Test
    void whatHasMoreInItsHeadersIsRead() throws Exception {
        for (Packing packing : List.of(gzip(), new Packing.Plain())) {
            pack(packing);
            List<ArchiveEntry> read = new ArrayList<>();
            try (FileChannel file = FileChannel.open(archive());
                    FileChannel channel = FileChannel.open(index());
                    IndexedArchive opened =
                            new IndexedArchive(
                                    RangeSource.of(file),
                                    ArchiveIndex.open(RangeSource.of(channel)))) {
                opened.forEach(
                        BytePath.of("homedir/odd"),
                        (entry, content) -> {
                            content.transferTo(java.io.OutputStream.nullOutputStream());
                            read.add(entry);
                        });
            }
            assertThat(read).hasSize(9);
            Files.delete(archive());
            Files.delete(index());
        }
    }

    @Test
    void everyFileCanBeReadByARebuiltIndex() throws Exception {
        for (Packing packing : List.of(gzip(), new Packing.Plain())) {
            pack(packing);
            Path rebuilt = rebuild();
            assertAllFiles(rebuilt);
            Files.delete(rebuilt);
            Files.delete(archive());
            Files.delete(index());
            files.clear();
        }
    }

    @Test
    void everyFileCanBeReadByTheWrittenIndex() throws Exception {
        Packing single =
                new Packing.Gzip(GzipSettings.usual().withThreads(2).withSingleMember(true));
        for (Packing packing : List.of(gzip(), single, new Packing.Plain())) {
            pack(packing);
            assertAllFiles(index());
            Files.delete(archive());
            Files.delete(index());
            files.clear();
        }
    }

    private void assertAllFiles(Path indexFile) throws IOException {
        try (FileChannel file = FileChannel.open(archive());
                FileChannel channel = FileChannel.open(indexFile);
                IndexedArchive opened =
                        new IndexedArchive(
                                RangeSource.of(file), ArchiveIndex.open(RangeSource.of(channel)))) {
            for (Map.Entry<BytePath, byte[]> each : files.entrySet()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                opened.copy(each.getKey(), out);
                assertThat(out.toByteArray()).as("%s", each.getKey()).isEqualTo(each.getValue());
            }
        }
    }

    @Test
    void archivesThatCannotBeReadAtRandomAreNamed() throws Exception {
        pack(new Packing.Plain());
        byte[] tar = Files.readAllBytes(archive());
        Files.delete(archive());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(tar);
        }
        byte[] foreign = packed.toByteArray();
        foreign[9] = 0;
        Files.write(archive(), foreign);
        assertThatThrownBy(this::rebuild)
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("cannot be read at random");
    }

    @Test
    void aFlippedByteOfTheArchiveIsAnErrorThatNamesThePlace() throws Exception {
        pack(gzip());
        byte[] bytes = Files.readAllBytes(archive());
        Random random = new Random(3);
        for (int i = 0; i < 20; i++) {
            int at = random.nextInt(bytes.length);
            bytes[at] ^= 0x10;
            Files.write(archive(), bytes);
            assertSegmentRefused(at);
            bytes[at] ^= 0x10;
        }
    }

    private void assertSegmentRefused(int at) throws IOException {
        try (FileChannel file = FileChannel.open(archive());
                FileChannel channel = FileChannel.open(index())) {
            ArchiveIndex index = ArchiveIndex.open(RangeSource.of(channel));
            for (int i = 0; i < index.segments(); i++) {
                IndexedSegment segment = index.segment(i);
                int number = i;
                if (at >= segment.offset() && at < segment.offset() + segment.packedBytes()) {
                    assertThatThrownBy(() -> read(file, index, number))
                            .isInstanceOf(IndexException.class)
                            .hasMessageContaining("byte " + segment.offset());
                    return;
                }
            }
        }
        throw new AssertionError("no segment holds byte " + at);
    }

    private static void read(FileChannel file, ArchiveIndex index, int number) throws IOException {
        try (var reader =
                new dev.packhorse.engine.index.SegmentReader(RangeSource.of(file), index)) {
            reader.read(number);
        }
    }

    @Test
    void aHostileIndexIsRefusedOrHarmless() throws Exception {
        pack(gzip());
        byte[] sound = Files.readAllBytes(index());
        Random random = new Random(11);
        int refused = 0;
        try (FileChannel file = FileChannel.open(archive())) {
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] bytes = mutated(sound, random);
                try {
                    readSome(RangeSource.of(file), bytes);
                } catch (IndexException | ArchiveException _) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 2);
    }

    private static byte[] mutated(byte[] sound, Random random) {
        byte[] bytes =
                random.nextInt(8) == 0
                        ? java.util.Arrays.copyOf(sound, random.nextInt(sound.length))
                        : sound.clone();
        for (int n = random.nextInt(4) + 1; n > 0 && bytes.length > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private void readSome(RangeSource archive, byte[] bytes) throws IOException {
        try (IndexedArchive opened =
                new IndexedArchive(archive, ArchiveIndex.open(source(bytes)))) {
            opened.list(Optional.empty(), true, each -> {});
            for (String name : List.of("homedir/medium", "homedir/3/file 17", "cp/demo")) {
                opened.copy(BytePath.of(name), java.io.OutputStream.nullOutputStream());
            }
        }
    }

    private static RangeSource source(byte[] bytes) {
        return new RangeSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(ByteBuffer target, long offset) {
                if (offset >= bytes.length) {
                    return -1;
                }
                int count = (int) Math.min(target.remaining(), bytes.length - offset);
                target.put(bytes, (int) offset, count);
                return count;
            }
        };
    }
}
