package dev.packhorse.engine.tree;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/// Sorts the lines of a record by their keys in bounded memory: sorted runs wait in a file, and are
/// merged at the end. One thread.
final class LineSorter implements Closeable {
    private static final int LINES_IN_MEMORY = 1 << 16;
    private static final int LINES_AT_ONCE = 512;

    private final Path spillFile;
    private final int capacity;
    private final List<byte[]> lines = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private FileChannel spill;
    private long count;

    /// @param spillFile made at once, mode 0600, and removed at the end
    LineSorter(Path spillFile) throws IOException {
        this(spillFile, LINES_IN_MEMORY);
    }

    LineSorter(Path spillFile, int capacity) throws IOException {
        this.spillFile = spillFile;
        this.capacity = capacity;
        Files.deleteIfExists(spillFile);
        spill =
                FileChannel.open(
                        spillFile,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
    }

    void add(byte[] line) throws IOException {
        lines.add(line);
        count++;
        if (lines.size() == capacity) {
            spill();
        }
    }

    long count() {
        return count;
    }

    /// Gives all lines in order, once.
    void drain(LineConsumer consumer) throws IOException {
        lines.sort(RecordLine::compare);
        if (runs.isEmpty()) {
            for (byte[] line : lines) {
                consumer.accept(line);
            }
            return;
        }
        spill();
        PriorityQueue<Run> open =
                new PriorityQueue<>((one, other) -> RecordLine.compare(one.line, other.line));
        for (Run run : runs) {
            if (run.next()) {
                open.add(run);
            }
        }
        for (Run run = open.poll(); run != null; run = open.poll()) {
            consumer.accept(run.line);
            if (run.next()) {
                open.add(run);
            }
        }
    }

    private void spill() throws IOException {
        lines.sort(RecordLine::compare);
        long start = spill.position();
        ByteBuffer block = ByteBuffer.allocate(LINES_AT_ONCE * RecordLine.BYTES);
        for (byte[] line : lines) {
            if (block.remaining() < line.length) {
                writeAll(block.flip());
                block.clear();
            }
            block.put(line);
        }
        writeAll(block.flip());
        runs.add(new Run(spill, start, lines.size()));
        lines.clear();
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            spill.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        spill.close();
        Files.deleteIfExists(spillFile);
    }

    /// Takes lines.
    @FunctionalInterface
    interface LineConsumer {
        void accept(byte[] line) throws IOException;
    }

    /// A sorted run in the file.
    private static final class Run {
        private final FileChannel file;
        private final ByteBuffer block;
        private long at;
        private long left;
        byte[] line = RecordLine.NO_CONTENT;

        Run(FileChannel file, long start, int lines) {
            this.file = file;
            this.at = start;
            this.left = (long) lines * RecordLine.BYTES;
            this.block = ByteBuffer.allocate(LINES_AT_ONCE / 8 * RecordLine.BYTES).limit(0);
        }

        boolean next() throws IOException {
            if (!block.hasRemaining()) {
                if (left == 0) {
                    return false;
                }
                fill();
            }
            line = new byte[RecordLine.BYTES];
            block.get(line);
            return true;
        }

        private void fill() throws IOException {
            block.clear().limit((int) Math.min(left, block.capacity()));
            left -= block.limit();
            while (block.hasRemaining()) {
                int length = file.read(block, at);
                if (length < 0) {
                    throw new EOFException("the waiting lines of a record are cut");
                }
                at += length;
            }
            block.flip();
        }
    }
}
