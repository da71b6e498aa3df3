package dev.packhorse.engine.tree;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Writes the record of a tree: a header, the members' lines in the order of their keys, and a
/// SHA-256 of all that. One thread.
///
/// The header ties the record to one folder: a record that outlives its tree, or lies beside
/// another one, is not believed.
final class RecordWriter implements Closeable {
    static final long MAGIC = 0x5048_5452_4545_0001L;
    static final int HEADER_BYTES = 32;

    private static final int BLOCK = 512 * RecordLine.BYTES;

    private final LineSorter sorter;

    /// @param spillFile where lines wait; removed at the end
    RecordWriter(Path spillFile) throws IOException {
        sorter = new LineSorter(spillFile);
    }

    void add(byte[] line) throws IOException {
        sorter.add(line);
    }

    /// Writes the file and syncs it.
    ///
    /// @param target an empty file's path
    /// @param inode the number of the tree's top folder
    /// @return the tree's digest, lower-case hex
    String finish(Path target, long inode) throws IOException {
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE)) {
            Output output = new Output(file);
            output.put(
                    ByteBuffer.allocate(HEADER_BYTES)
                            .putLong(MAGIC)
                            .putLong(inode)
                            .putLong(sorter.count())
                            .array());
            MessageDigest tree = Hashes.sha256();
            sorter.drain(line -> {
                tree.update(line, 0, RecordLine.DIGESTED);
                output.put(line);
            });
            output.end();
            file.force(true);
            return HexFormat.of().formatHex(tree.digest());
        }
    }

    @Override
    public void close() throws IOException {
        sorter.close();
    }

    private static final class Output {
        private final FileChannel file;
        private final MessageDigest digest = Hashes.sha256();
        private final ByteBuffer block = ByteBuffer.allocate(BLOCK);

        Output(FileChannel file) {
            this.file = file;
        }

        void put(byte[] bytes) throws IOException {
            digest.update(bytes);
            putPlain(bytes);
        }

        private void putPlain(byte[] bytes) throws IOException {
            if (block.remaining() < bytes.length) {
                flush();
            }
            block.put(bytes);
        }

        void end() throws IOException {
            putPlain(digest.digest());
            flush();
        }

        private void flush() throws IOException {
            block.flip();
            while (block.hasRemaining()) {
                file.write(block);
            }
            block.clear();
        }
    }
}
