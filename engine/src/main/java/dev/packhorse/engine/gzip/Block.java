package dev.packhorse.engine.gzip;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A run of bytes on its way through the workers. Belongs to one thread at a time: the filling one,
/// then a worker, then the filling one again; [MemberWorkers] hands it over under its lock.
final class Block {
    private final ByteBuffer raw;
    private final ByteBuffer packed;
    private boolean done;
    private @Nullable Throwable failure;

    Block(Arena arena, int bytes) {
        raw = arena.allocate(bytes).asByteBuffer();
        packed = arena.allocate(MemberEncoder.packedBound(bytes)).asByteBuffer();
    }

    ByteBuffer raw() {
        return raw;
    }

    ByteBuffer packed() {
        return packed;
    }

    boolean isDone() {
        return done;
    }

    @Nullable Throwable failure() {
        return failure;
    }

    void start() {
        done = false;
        failure = null;
    }

    void end(@Nullable Throwable why) {
        failure = why;
        done = true;
    }
}
