package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// Passes bytes on as they are.
public final class PlainOutput implements BlockOutput {
    private static final int BLOCK_BYTES = 256 * 1024;

    private final WritableByteChannel target;
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private long passedOn;

    /// @param target receives the bytes in blocks; stays the caller's
    public PlainOutput(WritableByteChannel target) {
        this.target = target;
    }

    @Override
    public ByteBuffer space() throws IOException {
        block.limit(block.capacity());
        if (!block.hasRemaining()) {
            passOn();
        }
        return block;
    }

    @Override
    public void boundary() {
        // One stream without members: a border means nothing here.
    }

    @Override
    public long taken() {
        return passedOn + block.position();
    }

    @Override
    public void finish() throws IOException {
        passOn();
    }

    @Override
    public void close() {
        // Nothing to end: the block goes with this object.
    }

    private void passOn() throws IOException {
        block.flip();
        passedOn += block.limit();
        while (block.hasRemaining()) {
            target.write(block);
        }
        block.clear();
    }
}
