package dev.packhorse.engine.gzip;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/// Off-heap room for a segment's bytes and for their packed form. Belongs to one thread at a time:
/// the filling one, a worker, the writer; [SegmentQueue] hands it over under its lock.
final class Segment {
    private final ByteBuffer raw;
    private final ByteBuffer packed;

    Segment(Arena arena, int rawBytes, int packedBytes) {
        raw = arena.allocate(rawBytes).asByteBuffer();
        packed = arena.allocate(packedBytes).asByteBuffer();
    }

    ByteBuffer raw() {
        return raw;
    }

    ByteBuffer packed() {
        return packed;
    }
}
