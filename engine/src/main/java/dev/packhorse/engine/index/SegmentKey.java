package dev.packhorse.engine.index;

import java.nio.ByteBuffer;

/// Stands for what a segment, or a file of several segments, was made of: the first 128 bits of a
/// SHA-256. Two with the same key hold the same bytes.
public record SegmentKey(long high, long low) {
    static final int BYTES = 16;

    /// The key in a digest of at least 16 bytes.
    public static SegmentKey of(byte[] digest) {
        ByteBuffer bytes = ByteBuffer.wrap(digest);
        return new SegmentKey(bytes.getLong(), bytes.getLong());
    }
}
