package dev.packhorse.engine.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Something that can be read at any place: a file here, or an object at a destination. Safe for
/// many threads if the file is.
public interface RangeSource {
    /// How many bytes there are.
    long size() throws IOException;

    /// Reads some bytes, at least one if the buffer has room.
    ///
    /// @return how many, -1 at or past the end
    int read(ByteBuffer target, long offset) throws IOException;

    /// Reads exactly as many bytes as the buffer has room for.
    ///
    /// @throws IndexException if there are not so many
    default void readFully(ByteBuffer target, long offset) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int count = read(target, at);
            if (count < 0) {
                throw new IndexException("ends at byte " + at + ", more was expected");
            }
            at += count;
        }
    }

    /// A local file, which stays the caller's.
    static RangeSource of(FileChannel file) {
        return new RangeSource() {
            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public int read(ByteBuffer target, long offset) throws IOException {
                return file.read(target, offset);
            }
        };
    }
}
