package dev.packhorse.engine.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// The stream of a destination as the channel that an archive is written to. Closing it does
/// nothing: the stream is the destination's. One thread at a time.
final class StreamChannel implements WritableByteChannel {
    private static final int BLOCK = 1 << 18;

    private final OutputStream out;
    private byte[] block = new byte[0];

    StreamChannel(OutputStream out) {
        this.out = out;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int length = source.remaining();
        if (source.hasArray()) {
            out.write(source.array(), source.arrayOffset() + source.position(), length);
            source.position(source.limit());
            return length;
        }
        if (block.length == 0) {
            block = new byte[BLOCK];
        }
        while (source.hasRemaining()) {
            int count = Math.min(block.length, source.remaining());
            source.get(block, 0, count);
            out.write(block, 0, count);
        }
        return length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // Not ours to close.
    }
}
