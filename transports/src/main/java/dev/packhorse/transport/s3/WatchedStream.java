package dev.packhorse.transport.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reports each block to the scope, and holds replies that are no content to their limit.
final class WatchedStream extends FilterInputStream {
    private final CallScope scope;
    private long left;

    /// @param most how many bytes there may be
    WatchedStream(InputStream source, CallScope scope, long most) {
        super(source);
        this.scope = scope;
        this.left = most;
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
        scope.progressed(count);
        left -= count;
        if (left < 0) {
            throw new IOException("the reply is longer than any should be");
        }
    }
}
