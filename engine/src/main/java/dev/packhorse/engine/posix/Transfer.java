package dev.packhorse.engine.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A larger piece of native memory, through which file content goes that comes from or to the Java
/// heap, and what else does not fit a [Scratch]. One thread from [#take()] to [#close()].
final class Transfer implements AutoCloseable {
    static final int BYTES = 256 * 1024;
    private static final NativePool<Transfer> POOL = new NativePool<>(Transfer::new);

    private final MemorySegment memory = Arena.global().allocate(BYTES, 4096);

    private Transfer() {}

    static Transfer take() {
        return POOL.take();
    }

    MemorySegment memory() {
        return memory;
    }

    long address() {
        return memory.address();
    }

    /// Gives the memory back. Once only.
    @Override
    public void close() {
        POOL.give(this);
    }
}
