package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Unpacks pieces of one deflate stream that a [StreamEncoder] packed, for the checksum of their
/// content: a piece that is copied tells only that of its packed bytes. One thread.
final class PieceChecksum implements AutoCloseable {
    private static final int BLOCK = 64 << 10;
    private static final String NOT_HELD =
            "a segment of the earlier archive does not hold what its index says";

    private final Inflater inflater = new Inflater(true);
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    private final CRC32 crc = new CRC32();

    /// The CRC-32 of a piece's content.
    ///
    /// @param packed the piece; stays as it is
    /// @throws DamagedSourceException if it does not unpack to that many bytes
    int of(ByteBuffer packed, long rawBytes) throws IOException {
        inflater.reset();
        inflater.setInput(packed.duplicate());
        crc.reset();
        long done = 0;
        for (int count = inflate(); count > 0 && done <= rawBytes; count = inflate()) {
            crc.update(block.flip());
            done += count;
        }
        if (done != rawBytes || !inflater.needsInput()) {
            throw new DamagedSourceException(NOT_HELD);
        }
        return (int) crc.getValue();
    }

    private int inflate() throws IOException {
        try {
            return inflater.inflate(block.clear());
        } catch (DataFormatException e) {
            throw new DamagedSourceException(NOT_HELD, e);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
