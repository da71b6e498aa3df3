package dev.packhorse.transport.watch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream from a peer: what arrives counts as progress, and from the first read on only the time
/// in which a read waits counts as standing still, whatever the reader does in between. One thread.
public final class WatchedInput extends FilterInputStream {
    private final CallWatch watch;

    public WatchedInput(InputStream source, CallWatch watch) {
        super(source);
        this.watch = watch;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        watch.resume();
        try {
            int count = in.read(target, offset, length);
            watch.progressed(Math.max(0, count));
            return count;
        } finally {
            watch.pause();
        }
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(new byte[(int) Math.min(8192, Math.max(0, count))]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
