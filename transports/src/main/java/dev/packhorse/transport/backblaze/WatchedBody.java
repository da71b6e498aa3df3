package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.watch.CallWatch;
import dev.packhorse.transport.watch.WatchedInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body that reports its progress, and is held to a limit where it is no content.
final class WatchedBody extends FilterInputStream {
    static final long MOST_REPLY_BYTES = 16 << 20;

    private final CallWatch watch;
    private long left;

    private WatchedBody(InputStream source, CallWatch watch, long most) {
        super(source);
        this.watch = watch;
        this.left = most;
    }

    /// What the service sends.
    ///
    /// @param content false for a reply, which is bounded
    static WatchedBody received(InputStream source, CallWatch watch, boolean content) {
        return new WatchedBody(
                new WatchedInput(source, watch),
                watch,
                content ? Long.MAX_VALUE : MOST_REPLY_BYTES);
    }

    /// What is sent to the service.
    static WatchedBody sent(InputStream source, CallWatch watch) {
        return new WatchedBody(source, watch, Long.MAX_VALUE);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        watch.progressed(Math.max(0, count));
        left -= Math.max(0, count);
        if (left < 0) {
            throw new IOException("the reply is longer than any should be");
        }
        return count;
    }
}
