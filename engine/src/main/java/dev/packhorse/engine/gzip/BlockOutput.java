package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes a stream of bytes through a buffer of its own, so that a reader can put file content where
/// it is packed without a copy. One thread.
public sealed interface BlockOutput extends AutoCloseable permits GzipOutput, PlainOutput {
    /// The free part of the current block; whatever is put there belongs to the stream. It has room
    /// for at least one byte and is valid until the next call of this object. The caller may set a
    /// lower limit; the next call sets it back.
    ///
    /// @throws IOException if the target failed, or a worker did
    ByteBuffer space() throws IOException;

    /// Adds bytes.
    ///
    /// @throws IOException as [#space()]
    default void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            ByteBuffer space = space();
            int count = Math.min(space.remaining(), length - done);
            space.put(bytes, offset + done, count);
            done += count;
        }
    }

    /// Adds zeros.
    ///
    /// @throws IOException as [#space()]
    default void writeZeros(long count) throws IOException {
        byte[] zeros = new byte[(int) Math.min(count, 8_192)];
        for (long left = count; left > 0; left -= Math.min(left, zeros.length)) {
            write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    /// Tells that a file ends here: a good place to end a block that is large enough.
    ///
    /// @throws IOException as [#space()]
    void boundary() throws IOException;

    /// How many bytes were put so far, before packing.
    long taken();

    /// Packs and passes on what is left. To be called once, as the last thing before [#close()].
    ///
    /// @throws IOException if the target failed, or a worker did
    void finish() throws IOException;

    /// Ends the threads and frees the memory; without [#finish()] what the target holds is of no
    /// use. Does not close the target. Idempotent.
    @Override
    void close();
}
