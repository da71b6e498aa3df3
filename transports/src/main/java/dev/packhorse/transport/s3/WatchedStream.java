package dev.packhorse.transport.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reports each block to the scope, and holds replies that are no content to their limit.
final class WatchedStream extends FilterInputStream {
    private final CallScope scope;
    private final boolean reply;
    private long left;

    /// @param most how many bytes there may be
    /// @param reply whether the peer sends it: then only a read waits for him
    WatchedStream(InputStream source, CallScope scope, long most, boolean reply) {
        super(source);
        this.reply = reply;
        this.scope = scope;
        this.left = most;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        waiting(true);
        try {
            int count = super.read(target, offset, length);
            passed(Math.max(0, count));
            return count;
        } finally {
            waiting(false);
        }
    }

    private void waiting(boolean waits) {
        if (reply) {
            scope.waiting(waits);
        }
    }

    private void passed(int count) throws IOException {
        scope.progressed(count);
        left -= count;
        if (left < 0) {
            throw new IOException("the reply is longer than any should be");
        }
    }
}
