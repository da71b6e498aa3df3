package dev.packhorse.engine.component.home;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// Records in a file that grows: each has its length before it and, behind it, a checksum and its
/// length again, so that they are read from both ends. A record goes to the kernel at once, so that
/// a process that is killed loses none; what a power cut leaves of the last ones is cut off when
/// the file is opened. One thread.
final class MadeFile implements AutoCloseable {
    /// A path has at most 4,096 bytes.
    private static final int MOST_BYTES = 1 << 13;

    private static final int BEHIND = 2 * Integer.BYTES;

    private final Path file;
    private final FileChannel out;

    /// Opens or begins a file.
    ///
    /// @param each given what is there, in order
    MadeFile(Path file, Consumer<byte[]> each) throws IOException {
        this.file = file;
        out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            out.truncate(soundBytes(each));
            out.position(out.size());
            opened = true;
        } finally {
            if (!opened) {
                out.close();
            }
        }
    }

    private long soundBytes(Consumer<byte[]> each) throws IOException {
        long sound = 0;
        // the channel is closed with this, not with the stream
        DataInputStream in =
                new DataInputStream(new BufferedInputStream(Channels.newInputStream(out)));
        try {
            while (true) {
                int length = in.readInt();
                if (length <= 0 || length > MOST_BYTES) {
                    return sound;
                }
                byte[] record = in.readNBytes(length);
                if (record.length < length
                        || in.readInt() != sum(record)
                        || in.readInt() != length) {
                    return sound;
                }
                each.accept(record);
                sound += Integer.BYTES + length + BEHIND;
            }
        } catch (EOFException _) {
            return sound;
        }
    }

    private static int sum(byte[] record) {
        CRC32C sum = new CRC32C();
        sum.update(record);
        return (int) sum.getValue();
    }

    void add(byte[] record) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(Integer.BYTES + record.length + BEHIND)
                        .putInt(record.length)
                        .put(record)
                        .putInt(sum(record))
                        .putInt(record.length)
                        .flip();
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /// Takes a record.
    @FunctionalInterface
    interface Visitor {
        void visit(byte[] record) throws IOException;
    }

    /// Visits all, the last first.
    void backwards(Visitor visitor) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            for (long end = in.length(); end > 0; ) {
                in.seek(end - Integer.BYTES);
                byte[] record = new byte[in.readInt()];
                end -= BEHIND + record.length;
                in.seek(end);
                in.readFully(record);
                end -= Integer.BYTES;
                visitor.visit(record);
            }
        }
    }

    /// Brings it to the disk.
    void sync() throws IOException {
        out.force(true);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
