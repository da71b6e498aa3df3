package dev.packhorse.engine.gzip;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Deflates with ISA-L at its level 1, the best of those that are much faster than others.
final class IsalCodec implements Codec {
    private static final int LEVEL = 1;

    private final Isal library;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment stream = arena.allocate(Isal.STREAM_BYTES, 64);
    private final MemorySegment work = arena.allocate(Isal.WORK_BYTES, 64);
    private boolean closed;

    IsalCodec(Isal library) {
        this.library = library;
    }

    @Override
    public int deflate(ByteBuffer raw, ByteBuffer packed) {
        library.init(stream);
        MemorySegment source = MemorySegment.ofBuffer(raw);
        MemorySegment target = MemorySegment.ofBuffer(packed);
        stream.set(ADDRESS, Isal.NEXT_IN, source);
        stream.set(JAVA_INT, Isal.AVAIL_IN, raw.remaining());
        stream.set(ADDRESS, Isal.NEXT_OUT, target);
        stream.set(JAVA_INT, Isal.AVAIL_OUT, packed.remaining());
        stream.set(JAVA_INT, Isal.LEVEL, LEVEL);
        stream.set(JAVA_INT, Isal.LEVEL_BUFFER_BYTES, Isal.WORK_BYTES);
        stream.set(ADDRESS, Isal.LEVEL_BUFFER, work);
        stream.set(JAVA_SHORT, Isal.END_OF_STREAM, (short) 1);
        boolean whole = library.deflate(stream) == 0 && stream.get(JAVA_INT, Isal.AVAIL_IN) == 0;
        return whole ? stream.get(JAVA_INT, Isal.TOTAL_OUT) : 0;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
