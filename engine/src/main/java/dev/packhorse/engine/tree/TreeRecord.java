package dev.packhorse.engine.tree;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/// The record of an earlier tree, in its file: looking up a member takes one read of a few
/// kilobytes. Memory: eight bytes for each 64 members. One thread.
final class TreeRecord implements Closeable {
    private static final int LINES_IN_BLOCK = 64;
    private static final int BLOCK = LINES_IN_BLOCK * RecordLine.BYTES;

    private final FileChannel file;
    private final long inode;
    private final long lines;
    private final long[] firstKeys;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private int blockHeld = -1;

    private TreeRecord(FileChannel file, long inode, long lines, long[] firstKeys) {
        this.file = file;
        this.inode = inode;
        this.lines = lines;
        this.firstKeys = firstKeys;
    }

    /// Opens a record and checks that it is whole.
    ///
    /// @throws IOException if it cannot be read, or is damaged; the message names the file
    static TreeRecord open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            TreeRecord record = check(file, path);
            opened = true;
            return record;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private static TreeRecord check(FileChannel file, Path path) throws IOException {
        MessageDigest digest = Hashes.sha256();
        ByteBuffer header = read(file, path, 0, RecordWriter.HEADER_BYTES, digest);
        long magic = header.getLong();
        long inode = header.getLong();
        long lines = header.getLong();
        long most = file.size() / RecordLine.BYTES;
        if (magic != RecordWriter.MAGIC || lines < 0 || lines > most) {
            throw new IOException("not a tree's record: " + path);
        }
        long[] firstKeys = new long[Math.toIntExact((lines + LINES_IN_BLOCK - 1) / LINES_IN_BLOCK)];
        long at = RecordWriter.HEADER_BYTES;
        for (int i = 0; i < firstKeys.length; i++) {
            int length = blockLength(lines, i);
            firstKeys[i] = read(file, path, at, length, digest).getLong();
            at += length;
        }
        byte[] expected = digest.digest();
        byte[] found = read(file, path, at, Hashes.FULL, digest).array();
        if (file.size() != at + Hashes.FULL || !Arrays.equals(expected, found)) {
            throw new IOException("the tree's record is damaged: " + path);
        }
        return new TreeRecord(file, inode, lines, firstKeys);
    }

    private static ByteBuffer read(
            FileChannel file, Path path, long at, int length, MessageDigest digest)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("the tree's record is cut: " + path);
            }
        }
        digest.update(bytes.array());
        return bytes.flip();
    }

    private static int blockLength(long lines, int index) {
        long left = lines - (long) index * LINES_IN_BLOCK;
        return (int) Math.min(left, LINES_IN_BLOCK) * RecordLine.BYTES;
    }

    /// The number of the folder that the record tells of.
    long inode() {
        return inode;
    }

    long lines() {
        return lines;
    }

    /// The content hash of a file that is recorded with this origin, empty if it is not.
    Optional<byte[]> content(byte[] key, byte[] origin) throws IOException {
        int index = block(key);
        if (index < 0) {
            return Optional.empty();
        }
        hold(index);
        int low = 0;
        int high = block.limit() / RecordLine.BYTES - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = middle * RecordLine.BYTES;
            int order =
                    Arrays.compareUnsigned(
                            block.array(), at, at + RecordLine.KEY, key, 0, RecordLine.KEY);
            if (order == 0) {
                byte[] line = Arrays.copyOfRange(block.array(), at, at + RecordLine.BYTES);
                return RecordLine.hasOrigin(line, origin)
                        ? Optional.of(RecordLine.content(line))
                        : Optional.empty();
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /// Gives all lines, in the order of their keys.
    void forEach(LineSorter.LineConsumer consumer) throws IOException {
        for (int index = 0; index < firstKeys.length; index++) {
            hold(index);
            for (int at = 0; at < block.limit(); at += RecordLine.BYTES) {
                consumer.accept(Arrays.copyOfRange(block.array(), at, at + RecordLine.BYTES));
            }
        }
    }

    /// The block that can hold a key: the last that does not begin after it. Eight bytes of the key
    /// decide; two keys that agree in them and stand in two blocks would cost a reuse, no more.
    private int block(byte[] key) {
        long wanted = ByteBuffer.wrap(key).getLong();
        int low = 0;
        int high = firstKeys.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(firstKeys[middle], wanted) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    private void hold(int index) throws IOException {
        if (blockHeld == index) {
            return;
        }
        blockHeld = -1;
        block.clear().limit(blockLength(lines, index));
        long at = RecordWriter.HEADER_BYTES + (long) index * BLOCK;
        while (block.hasRemaining()) {
            if (file.read(block, at + block.position()) < 0) {
                throw new EOFException("a tree's record was cut while it was in use");
            }
        }
        blockHeld = index;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
