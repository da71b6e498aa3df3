package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;

/// Packs whole segments, each on its own. One thread.
sealed interface SegmentEncoder extends AutoCloseable permits MemberEncoder, StreamEncoder {
    /// Packs `raw` from 0 to its limit, which may be no bytes at all, into `packed`, which it
    /// leaves ready to be read.
    ///
    /// @return the CRC-32 of `raw` where the format needs it, else 0
    int encode(ByteBuffer raw, ByteBuffer packed);

    @Override
    void close();
}
