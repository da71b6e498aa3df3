package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.watch.CallWatch;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body in either direction that reports each block, and holds replies to their limit.
final class WatchedBody extends FilterInputStream {
    /// A listing's page of 1,000 files, and then some.
    static final long MOST_REPLY_BYTES = 16 << 20;

    private final CallWatch watch;
    private long left;

    /// @param bounded true for a reply that is no content
    WatchedBody(InputStream source, CallWatch watch, boolean bounded) {
        super(source);
        this.watch = watch;
        this.left = bounded ? MOST_REPLY_BYTES : Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        passed(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        passed(Math.max(0, count));
        return count;
    }

    private void passed(int count) throws IOException {
        watch.progressed(count);
        left -= count;
        if (left < 0) {
            throw new IOException("the reply is longer than any should be");
        }
    }
}
