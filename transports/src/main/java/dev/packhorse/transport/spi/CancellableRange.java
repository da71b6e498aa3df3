package dev.packhorse.transport.spi;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// At most `length` bytes of a stream, checking the cancellation before each read. One thread.
public final class CancellableRange extends FilterInputStream {
    private final Cancellation cancellation;
    private long left;

    public CancellableRange(InputStream source, long length, Cancellation cancellation) {
        super(source);
        this.left = length;
        this.cancellation = cancellation;
    }

    @Override
    public int read() throws IOException {
        cancellation.check();
        if (left <= 0) {
            return -1;
        }
        int value = super.read();
        left -= value >= 0 ? 1 : 0;
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        cancellation.check();
        if (left <= 0) {
            return length == 0 ? 0 : -1;
        }
        int count = super.read(target, offset, (int) Math.min(length, left));
        left -= Math.max(0, count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(Math.min(count, left));
        left -= skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
