package dev.packhorse.engine.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GzipOutputTest {
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
        byte[] packed = pack(raw, new GzipSettings(2, 6, backend), 65_000);
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
        assertThat((double) pack(text, settings, 65_000).length).isLessThan(0.02 * text.length);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void anEmptyStreamIsOneMember(DeflateBackend backend) throws Exception {
        byte[] packed = pack(new byte[0], new GzipSettings(2, 6, backend), 1);
        assertThat(packed).isNotEmpty();
        assertThat(unpack(packed)).isEmpty();
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
    void membersEndAtFileBordersOnceTheyAreLargeEnough() throws Exception {
        byte[] raw = "0123456789abcdef".repeat(600 * 1024 / 16).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (GzipOutput output =
                GzipOutput.start(Channels.newChannel(target), GzipSettings.usual())) {
            output.boundary();
            output.write(raw, 0, 1_000);
            output.boundary();
            output.write(raw, 0, raw.length);
            output.boundary();
            output.write(raw, 0, raw.length);
            output.finish();
        }
        assertThat(memberLengths(target.toByteArray()))
                .containsExactly(raw.length + 1_000, raw.length);
    }

    @Test
    void takenCountsBytesBeforePacking() throws Exception {
        try (GzipOutput output =
                GzipOutput.start(
                        Channels.newChannel(new ByteArrayOutputStream()), GzipSettings.usual())) {
            output.write(new byte[3 * MIB], 0, 3 * MIB);
            output.writeZeros(77);
            assertThat(output.taken()).isEqualTo(3L * MIB + 77);
        }
    }

    @Test
    void aFailingTargetSurfacesAndTheWorkersEnd() throws Exception {
        Refusing target = new Refusing();
        int before = gzipThreads();
        try (GzipOutput output =
                GzipOutput.start(target, new GzipSettings(2, 6, DeflateBackend.best()))) {
            assertThatThrownBy(() -> output.write(new byte[64 * MIB], 0, 64 * MIB))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no space left");
            assertThat(output.taken()).as("nothing runs ahead of the target").isLessThan(12L * MIB);
        }
        assertThat(gzipThreads()).isEqualTo(before);
    }

    @Test
    void closingWithoutFinishEndsTheWorkers() throws Exception {
        int before = gzipThreads();
        GzipOutput output =
                GzipOutput.start(
                        Channels.newChannel(new ByteArrayOutputStream()), GzipSettings.usual());
        output.write(mixed(3 * MIB), 0, 3 * MIB);
        output.close();
        output.close();
        assertThat(gzipThreads()).isEqualTo(before);
        assertThatThrownBy(output::space).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMemberlessRestIsRefusedBySettings() {
        assertThatThrownBy(() -> new GzipSettings(0, 6, DeflateBackend.JDK))
                .hasMessage("gzip threads must be 1 to 64, not 0");
        assertThatThrownBy(() -> new GzipSettings(1, 10, DeflateBackend.JDK))
                .hasMessage("gzip level must be 1 to 9, not 10");
    }

    @Test
    void plainOutputPassesOnWhatItGets() throws Exception {
        byte[] raw = mixed(MIB + 5);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (PlainOutput output = new PlainOutput(Channels.newChannel(target))) {
            output.write(raw, 0, raw.length);
            output.boundary();
            assertThat(output.taken()).isEqualTo(raw.length);
            output.finish();
        }
        assertThat(target.toByteArray()).isEqualTo(raw);
    }

    private static int gzipThreads() {
        return (int)
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("gzip-"))
                        .filter(Thread::isAlive)
                        .count();
    }

    private static byte[] pack(byte[] raw, GzipSettings settings, int step) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (GzipOutput output = GzipOutput.start(Channels.newChannel(target), settings)) {
            for (int at = 0; at < raw.length; at += step) {
                output.boundary();
                output.write(raw, at, Math.min(step, raw.length - at));
            }
            output.finish();
        }
        return target.toByteArray();
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
