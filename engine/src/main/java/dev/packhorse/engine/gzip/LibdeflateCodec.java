package dev.packhorse.engine.gzip;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Deflates with libdeflate.
final class LibdeflateCodec implements Codec {
    private final Libdeflate library;
    private final MemorySegment compressor;
    private boolean closed;

    LibdeflateCodec(Libdeflate library, int level) {
        this.library = library;
        compressor = library.newCompressor(level);
    }

    @Override
    public int deflate(ByteBuffer raw, ByteBuffer packed) {
        return Math.toIntExact(
                library.deflate(
                        compressor, MemorySegment.ofBuffer(raw), MemorySegment.ofBuffer(packed)));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            library.release(compressor);
        }
    }
}
