package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;

/// Turns a run of bytes into one complete raw deflate stream. One thread.
///
/// Source: RFC 1951.
sealed interface Codec extends AutoCloseable
        permits LibdeflateCodec, IsalCodec, JdkCodec, EntropyCodec {
    /// Deflates what remains in `raw` into `packed`, at its position. Neither buffer's position is
    /// of interest afterwards. Both are direct.
    ///
    /// @return the length of the stream, 0 if it does not fit into what remains of `packed`
    int deflate(ByteBuffer raw, ByteBuffer packed);

    @Override
    void close();
}
