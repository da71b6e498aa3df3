package dev.packhorse.engine.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentOutputTest {
    private static final int MIB = 1 << 20;

    static Stream<DeflateBackend> backends() {
        return Stream.of(DeflateBackend.values()).filter(DeflateBackend::isAvailable);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void everyReaderOfMembersGetsTheBytesBack(DeflateBackend backend, @TempDir Path folder)
            throws Exception {
        byte[] raw = mixed(5 * MIB + 321);
        byte[] packed = pack(raw, new GzipSettings(3, 6, backend), 10_000);
        assertThat(unpack(packed)).isEqualTo(raw);
        Path file = folder.resolve("x.gz");
        Files.write(file, packed);
        assertThat(new ProcessBuilder("gzip", "-t", file.toString()).start().waitFor()).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theNumberOfWorkersDoesNotShow(DeflateBackend backend) throws Exception {
        byte[] raw = mixed(4 * MIB);
        byte[] one = pack(raw, new GzipSettings(1, 6, backend), 3_000);
        byte[] five = pack(raw, new GzipSettings(5, 6, backend), 3_000);
        assertThat(five).isEqualTo(one);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatCannotShrinkIsStored(DeflateBackend backend) throws Exception {
        byte[] raw = new byte[3 * MIB];
        new Random(1).nextBytes(raw);
        byte[] packed = pack(raw, new GzipSettings(2, 6, backend), 500_000);
        assertThat(packed.length).isBetween(raw.length, raw.length + 1_000);
        assertThat(unpack(packed)).isEqualTo(raw);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void base64AndTextShrink(DeflateBackend backend) throws Exception {
        byte[] random = new byte[MIB];
        new Random(2).nextBytes(random);
        byte[] base64 = Base64.getMimeEncoder().encode(random);
        byte[] text =
                "one line of a log that goes on and on\n"
                        .repeat(20_000)
                        .getBytes(StandardCharsets.UTF_8);
        GzipSettings settings = new GzipSettings(2, 6, backend);
        assertThat((double) pack(base64, settings, 65_000).length).isLessThan(0.78 * base64.length);
        assertThat((double) pack(text, settings, 65_000).length).isLessThan(0.03 * text.length);
    }

    @Test
    void headerNamesUnixAndNoTime() throws Exception {
        byte[] packed = pack(new byte[] {1, 2, 3}, GzipSettings.usual(), 1);
        assertThat(Arrays.copyOf(packed, 10))
                .isEqualTo(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
    }

    @Test
    void fileSaysFromUnix(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/file")), "file is not installed");
        Path file = folder.resolve("x.gz");
        Files.write(file, pack(mixed(MIB), GzipSettings.usual(), 100));
        Process process = new ProcessBuilder("/usr/bin/file", "-b", file.toString()).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told).contains("gzip compressed data, from Unix");
    }

    @Test
    void eachSegmentIsUnpackedOnItsOwnAndMarked() throws Exception {
        byte[] raw = mixed(2 * MIB);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        List<PackedSegment> segments = new ArrayList<>();
        write(target, raw, format(GzipSettings.usual()), 300_000, segments);
        byte[] packed = target.toByteArray();
        int at = 0;
        for (PackedSegment segment : segments) {
            byte[] one =
                    Arrays.copyOfRange(
                            packed,
                            (int) segment.offset(),
                            (int) (segment.offset() + segment.packedBytes()));
            assertThat(one[8]).as("mark of a segment's first member").isZero();
            assertThat(unpack(one))
                    .isEqualTo(Arrays.copyOfRange(raw, at, at + (int) segment.rawBytes()));
            CRC32C checksum = new CRC32C();
            checksum.update(one);
            assertThat(segment.crc32c()).isEqualTo((int) checksum.getValue());
            at += (int) segment.rawBytes();
        }
        assertThat(at).isEqualTo(raw.length);
    }

    @Test
    void oneMemberIsWhatReadersOfOneMemberGet(@TempDir Path folder) throws Exception {
        byte[] raw = mixed(3 * MIB + 17);
        GzipSettings single = new GzipSettings(3, 6, DeflateBackend.JDK).withSingleMember(true);
        byte[] packed = pack(raw, single, 200_000);
        assertThat(memberLengths(packed)).containsExactly(raw.length);
        assertThat(unpack(packed)).isEqualTo(raw);
        Path file = folder.resolve("x.gz");
        Files.write(file, packed);
        assertThat(new ProcessBuilder("gzip", "-t", file.toString()).start().waitFor()).isZero();
    }

    @Test
    void plainSegmentsAreWhatWentIn() throws Exception {
        byte[] raw = mixed(MIB + 5);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        write(target, raw, new SegmentFormat.Plain(2), 100_000, new ArrayList<>());
        assertThat(target.toByteArray()).isEqualTo(raw);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copiedSegmentsStandInTheirOrder(boolean single, @TempDir Path folder) throws Exception {
        SegmentFormat format = format(GzipSettings.usual().withSingleMember(single));
        byte[] raw = mixed(2 * MIB);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        List<PackedSegment> segments = new ArrayList<>();
        write(first, raw, format, 250_000, segments);
        Path file = folder.resolve("first.gz");
        Files.write(file, first.toByteArray());
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        List<PackedSegment> again = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file);
                SegmentOutput output = start(second, format)) {
            int at = 0;
            for (int i = 0; i < segments.size(); i++) {
                PackedSegment segment = segments.get(i);
                if (i % 2 == 0) {
                    output.copy(range(channel, segment, segment.crc32c()), new Pushed(again));
                } else {
                    output.take().put(raw, at, (int) segment.rawBytes());
                    output.submit(new Pushed(again));
                }
                at += (int) segment.rawBytes();
            }
            output.finish();
        }
        assertThat(unpack(second.toByteArray())).isEqualTo(raw);
        assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
        assertThat(again.stream().map(PackedSegment::offset))
                .isEqualTo(segments.stream().map(PackedSegment::offset).toList());
    }

    @Test
    void aDamagedSourceIsNotCopied(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("first.gz");
        Files.write(file, new byte[1_000]);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        PackedSegment segment = new PackedSegment(0, 1_000, 5_000, 0, false);
        try (FileChannel channel = FileChannel.open(file);
                SegmentOutput output = start(target, format(GzipSettings.usual()))) {
            StoredRange damaged = range(channel, segment, 12_345);
            assertThatThrownBy(
                            () -> {
                                output.copy(damaged, new Pushed(new ArrayList<>()));
                                output.finish();
                            })
                    .isInstanceOf(DamagedSourceException.class);
        }
        assertThat(target.toByteArray()).isEmpty();
    }

    @Test
    void aPieceThatUnpacksToSomethingElseIsNotCopied(@TempDir Path folder) throws Exception {
        SegmentFormat format = format(GzipSettings.usual().withSingleMember(true));
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        List<PackedSegment> segments = new ArrayList<>();
        write(first, mixed(MIB), format, MIB, segments);
        Path file = folder.resolve("first.gz");
        Files.write(file, first.toByteArray());
        PackedSegment told = segments.getFirst();
        for (long wrong : List.of(told.rawBytes() - 1, told.rawBytes() + 1)) {
            PackedSegment segment =
                    new PackedSegment(
                            told.offset(), told.packedBytes(), wrong, told.crc32c(), false);
            try (FileChannel channel = FileChannel.open(file);
                    SegmentOutput output = start(new ByteArrayOutputStream(), format)) {
                assertThatThrownBy(
                                () -> {
                                    output.copy(
                                            range(channel, segment, segment.crc32c()),
                                            new Pushed(new ArrayList<>()));
                                    output.finish();
                                })
                        .isInstanceOf(DamagedSourceException.class)
                        .hasMessageContaining("does not hold what its index says");
            }
        }
    }

    /// The kernel answers as a disk does that has a bad sector.
    @Test
    void aSourceThatCannotBeReadIsDamaged() throws Exception {
        try (FileChannel unreadable = FileChannel.open(Path.of("/proc/self/mem"));
                SegmentOutput output =
                        start(new ByteArrayOutputStream(), format(GzipSettings.usual()))) {
            StoredRange range = new StoredRange(unreadable, 0, 1_000, 5_000, 0);
            assertThatThrownBy(
                            () -> {
                                output.copy(range, new Pushed(new ArrayList<>()));
                                output.finish();
                            })
                    .isInstanceOf(DamagedSourceException.class)
                    .hasMessageStartingWith("the earlier archive cannot be read at byte 0")
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aWorkersFailureIsTheFillersNextException() throws Exception {
        try (SegmentOutput output =
                start(new ByteArrayOutputStream(), format(GzipSettings.usual()))) {
            SegmentTask failing =
                    new Pushed(new ArrayList<>()) {
                        @Override
                        public void fill(ByteBuffer raw) throws IOException {
                            throw new IOException("the file is gone");
                        }
                    };
            assertThatThrownBy(
                            () -> {
                                output.submit(failing);
                                output.finish();
                            })
                    .hasMessage("the file is gone");
        }
    }

    @Test
    void aThreadThatMayNotWorkEndsTheOutput() throws Exception {
        WorkerThreads refused =
                (_, told) -> new Thread(() -> told.accept(new IOException("no rights")));
        try (SegmentOutput output =
                SegmentOutput.start(
                        Channels.newChannel(new ByteArrayOutputStream()),
                        format(GzipSettings.usual()),
                        refused)) {
            assertThatThrownBy(output::finish).hasMessage("no rights");
        }
    }

    @Test
    void aFailingTargetSurfacesAndTheThreadsEnd() throws Exception {
        int before = threads();
        try (SegmentOutput output =
                SegmentOutput.start(
                        new Refusing(),
                        format(new GzipSettings(2, 6, DeflateBackend.JDK)),
                        WorkerThreads.named("gzip-test"))) {
            int[] put = {0};
            assertThatThrownBy(
                            () -> {
                                while (put[0] < 64) {
                                    output.take().put(new byte[MIB]);
                                    put[0]++;
                                    output.submit(new Pushed(new ArrayList<>()));
                                }
                            })
                    .isInstanceOf(IOException.class)
                    .hasMessage("no space left");
            assertThat(put[0]).as("nothing runs ahead of the target").isLessThan(12);
        }
        assertThat(threads()).isEqualTo(before);
    }

    @Test
    void closingWithoutFinishEndsTheThreads() throws Exception {
        int before = threads();
        SegmentOutput output =
                SegmentOutput.start(
                        Channels.newChannel(new ByteArrayOutputStream()),
                        format(GzipSettings.usual()),
                        WorkerThreads.named("gzip-test"));
        output.take().put(mixed(MIB));
        output.submit(new Pushed(new ArrayList<>()));
        output.close();
        output.close();
        assertThat(threads()).isEqualTo(before);
        assertThatThrownBy(output::take).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new GzipSettings(0, 6, DeflateBackend.JDK))
                .hasMessage("gzip threads must be 1 to 64, not 0");
        assertThatThrownBy(() -> new GzipSettings(1, 10, DeflateBackend.JDK))
                .hasMessage("gzip level must be 1 to 9, not 10");
    }

    private static SegmentFormat format(GzipSettings settings) {
        return new SegmentFormat.Gzip(settings);
    }

    private static StoredRange range(FileChannel file, PackedSegment segment, int crc) {
        return new StoredRange(
                file, segment.offset(), segment.packedBytes(), segment.rawBytes(), crc);
    }

    private static SegmentOutput start(ByteArrayOutputStream target, SegmentFormat format)
            throws IOException {
        return SegmentOutput.start(
                Channels.newChannel(target), format, WorkerThreads.named("gzip-test"));
    }

    /// A segment that the test itself put.
    private static class Pushed implements SegmentTask {
        private final List<PackedSegment> segments;

        Pushed(List<PackedSegment> segments) {
            this.segments = segments;
        }

        @Override
        public void fill(ByteBuffer raw) throws IOException {
            // It is there.
        }

        @Override
        public Optional<StoredRange> stored(ByteBuffer raw) {
            return Optional.empty();
        }

        @Override
        public void written(PackedSegment segment) {
            segments.add(segment);
        }
    }

    private static int threads() {
        return (int)
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread ->
                                thread.getName().equals("gzip-test")
                                        || thread.getName().equals("archive-writer"))
                        .filter(Thread::isAlive)
                        .count();
    }

    private static byte[] pack(byte[] raw, GzipSettings settings, int step) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        write(target, raw, format(settings), step, new ArrayList<>());
        return target.toByteArray();
    }

    private static void write(
            ByteArrayOutputStream target,
            byte[] raw,
            SegmentFormat format,
            int step,
            List<PackedSegment> segments)
            throws IOException {
        try (SegmentOutput output = start(target, format)) {
            for (int at = 0; at < raw.length; at += step) {
                output.take().put(raw, at, Math.min(step, raw.length - at));
                output.submit(new Pushed(segments));
            }
            output.finish();
        }
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        try (InputStream input = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return input.readAllBytes();
        }
    }

    /// The unpacked lengths of the members, found by inflating one after the other.
    private static Stream<Integer> lengths(byte[] packed) throws Exception {
        Stream.Builder<Integer> lengths = Stream.builder();
        int at = 0;
        while (at < packed.length) {
            java.util.zip.Inflater inflater = new java.util.zip.Inflater(true);
            inflater.setInput(packed, at + 10, packed.length - at - 10);
            byte[] sink = new byte[64 * 1024];
            while (!inflater.finished()) {
                inflater.inflate(sink);
            }
            lengths.add((int) inflater.getBytesWritten());
            at += 18 + (int) inflater.getBytesRead();
            inflater.end();
        }
        return lengths.build();
    }

    private static java.util.List<Integer> memberLengths(byte[] packed) throws Exception {
        return lengths(packed).toList();
    }

    /// Stretches of text, random bytes, base64 and zeros, of odd lengths.
    private static byte[] mixed(int length) {
        Random random = new Random(length);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            byte[] piece = new byte[1 + random.nextInt(90_000)];
            switch (random.nextInt(4)) {
                case 0 -> random.nextBytes(piece);
                case 1 -> {
                    random.nextBytes(piece);
                    piece = Base64.getMimeEncoder().encode(piece);
                }
                case 2 -> {
                    for (int i = 0; i < piece.length; i++) {
                        piece[i] = (byte) ('a' + random.nextInt(1 + i % 20));
                    }
                }
                default -> Arrays.fill(piece, (byte) 0);
            }
            bytes.put(piece, 0, Math.min(piece.length, bytes.remaining()));
        }
        return bytes.array();
    }

    private static final class Refusing implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            throw new IOException("no space left");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
