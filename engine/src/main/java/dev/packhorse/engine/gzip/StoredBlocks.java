package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;

/// Deflate blocks that hold their bytes as they are.
///
/// Source: RFC 1951 3.2.4.
final class StoredBlocks {
    private static final int MOST_BYTES = 65_535;
    private static final int HEADER_BYTES = 5;

    private StoredBlocks() {}

    /// The most bytes that content takes when it is put in so many runs.
    static int bound(int rawBytes, int runs) {
        return rawBytes + (rawBytes / MOST_BYTES + runs) * HEADER_BYTES;
    }

    /// Puts what remains in `raw`, from a byte border of the stream on; one empty block for no
    /// bytes.
    ///
    /// @param last whether the stream ends with it
    static void put(ByteBuffer raw, ByteBuffer packed, boolean last) {
        do {
            int count = Math.min(raw.remaining(), MOST_BYTES);
            boolean end = last && count == raw.remaining();
            packed.put((byte) (end ? 1 : 0));
            packed.putShort((short) count).putShort((short) ~count);
            packed.put(raw.slice(raw.position(), count));
            raw.position(raw.position() + count);
        } while (raw.hasRemaining());
    }
}
