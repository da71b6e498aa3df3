package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixFileTest {
    private static final ByteName NAME = ByteName.of("file");

    @TempDir private Path folder;
    private Directory directory;
    private PosixFile file;

    @BeforeEach
    void create() throws IOException {
        directory = Directory.openTrusted(folder);
        file = directory.create(NAME, 0644);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
        directory.close();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void heapAndDirectBuffersCarryTheSameBytes() throws IOException {
        byte[] content = random(Transfer.BYTES * 2 + 12_345);
        ByteBuffer heap = ByteBuffer.allocate(content.length + 7).position(7);
        heap.put(content).flip().position(7);
        file.write(heap.slice());
        file.write(ByteBuffer.allocateDirect(content.length).put(content).flip());
        assertThat(file.position()).isEqualTo(2L * content.length);
        byte[] stored = Files.readAllBytes(folder.resolve("file"));
        assertThat(stored).hasSize(2 * content.length).startsWith(content).endsWith(content);
        assertThat(readAll(ByteBuffer.allocate(100_000))).isEqualTo(stored);
        assertThat(readAll(ByteBuffer.allocateDirect(1_000_003))).isEqualTo(stored);
    }

    private byte[] readAll(ByteBuffer buffer) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        try (PosixFile opened = directory.openForReading(NAME)) {
            while (opened.read(buffer) >= 0) {
                buffer.flip();
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part).clear();
                all.writeBytes(part);
            }
            assertThat(opened.read(buffer)).isEqualTo(-1);
        }
        return all.toByteArray();
    }

    @Test
    void positionedCallsLeaveThePosition() throws IOException {
        file.writeAt(ByteBuffer.wrap(new byte[] {1, 2, 3}), 10);
        assertThat(file.position()).isZero();
        ByteBuffer target = ByteBuffer.allocate(2);
        assertThat(file.readAt(target, 11)).isEqualTo(2);
        assertThat(target.array()).containsExactly(2, 3);
        assertThat(file.readAt(ByteBuffer.allocate(1), 13)).isEqualTo(-1);
        assertThat(file.readAt(ByteBuffer.allocate(0), 13)).isZero();
        assertThat(file.position()).isZero();
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> file.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
    }

    @Test
    void streamsShareThePosition() throws IOException {
        byte[] content = random(300_000);
        try (OutputStream out = file.asOutputStream()) {
            out.write(content);
            out.write(0xfe);
        }
        file.position(0);
        try (InputStream in = file.asInputStream()) {
            assertThat(in.readNBytes(content.length)).isEqualTo(content);
            assertThat(in.read()).isEqualTo(0xfe);
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(file.stat().sizeBytes()).isEqualTo(300_001);
    }

    @Test
    void holesAreFoundAndThePositionStays() throws IOException {
        file.truncate(4 << 20);
        assertThat(file.seekData(0)).isEmpty();
        file.writeAt(ByteBuffer.wrap(random(4_096)), 1 << 20);
        assertThat(file.seekData(0)).hasValue(1 << 20);
        assertThat(file.seekHole(1 << 20)).isEqualTo((1 << 20) + 4_096);
        assertThat(file.seekData((1 << 20) + 4_096)).isEmpty();
        assertThat(file.position()).isZero();
        file.sync();
        assertThat(file.stat())
                .returns(4L << 20, FileStat::sizeBytes)
                .matches(stat -> stat.allocatedBytes() < stat.sizeBytes(), "has holes");
    }

    @Test
    void xattrsRoundTrip() throws IOException {
        ByteString name = ByteString.of("user.comment");
        ByteString empty = ByteString.of("user.empty");
        ByteString value = ByteString.of("kept");
        file.setXattr(name, ByteString.of("replaced"));
        file.setXattr(name, value);
        file.setXattr(empty, ByteString.of(""));
        assertThat(file.xattrs())
                .containsEntry(name, value)
                .containsEntry(empty, ByteString.of(""));
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> file.setXattr(ByteString.of("nonsense"), value))
                .withMessageStartingWith("fsetxattr file nonsense: ");
    }

    @Test
    void fileSystemsWithoutXattrsHaveNone() throws IOException {
        try (Directory processes = Directory.openTrusted(Path.of("/proc/self"));
                PosixFile status = processes.openForReading(ByteName.of("status"))) {
            assertThat(status.xattrs()).isEmpty();
            assertThat(processes.xattrs()).isEmpty();
        }
    }

    @Test
    void changesAfterOpeningShow() throws IOException {
        try (PosixFile reader = directory.openForReading(NAME)) {
            file.write(ByteBuffer.wrap(new byte[] {1}));
            assertThat(reader.openedStat().sizeBytes()).isZero();
            assertThat(reader.stat().sizeBytes()).isEqualTo(1);
        }
    }

    @Test
    void timesModesAndOwnersAreSetOnTheOpenFile() throws IOException {
        Identity own = Identity.ofProcess();
        directory.rename(NAME, directory, ByteName.of("moved"));
        file.setOwner(own.uid(), own.gid());
        file.setMode(04711);
        file.setTimes(-2_000_000_000, 5);
        assertThat(directory.stat(ByteName.of("moved")))
                .returns(04711, FileStat::mode)
                .returns(own.uid(), FileStat::uid)
                .returns(-2_000_000_000L, FileStat::mtimeSeconds)
                .returns(5, FileStat::mtimeNanos);
    }

    @Test
    void readingLeavesTheTimeOfAccess() throws Exception {
        Path path = folder.resolve("file");
        Files.writeString(path, "content");
        Commands.run("touch", "-a", "-d", "2001-01-01T00:00:00Z", path.toString());
        Object before = Files.getAttribute(path, "lastAccessTime");
        assertThat(readAll(ByteBuffer.allocate(10))).isEqualTo(ByteString.of("content").toBytes());
        assertThat(Files.getAttribute(path, "lastAccessTime")).isEqualTo(before);
    }
}
