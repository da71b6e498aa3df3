package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Tells a reader that failed by itself, as on a full disk, from one whose bytes stopped coming: a
/// driver cannot, and another try helps only the second. One thread.
final class JudgedReader<R> implements ContentReader<R> {
    private final ContentReader<R> reader;
    private @Nullable IOException own;

    JudgedReader(ContentReader<R> reader) {
        this.reader = reader;
    }

    @Override
    public R read(InputStream bytes) throws IOException {
        Noting noting = new Noting(bytes);
        try {
            return reader.read(noting);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            if (!noting.failed) {
                own = e;
            }
            throw e;
        }
    }

    boolean failedItself() {
        return own != null;
    }

    /// The failure as the caller should see it.
    TransportException sorted(String operation, TransportException failure) {
        if (own == null || own instanceof TransportException) {
            return failure;
        }
        return new TransportException(
                Kind.REFUSED,
                operation + ": what was read could not be used here: " + own.getMessage(),
                new OwnSideException(own));
    }

    /// Notes that the place failed.
    private static final class Noting extends FilterInputStream {
        private boolean failed;

        Noting(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            boolean done = false;
            try {
                int count = in.read(target, offset, length);
                done = true;
                return count;
            } finally {
                failed |= !done;
            }
        }

        @Override
        public long skip(long count) throws IOException {
            boolean done = false;
            try {
                long skipped = in.skip(count);
                done = true;
                return skipped;
            } finally {
                failed |= !done;
            }
        }
    }
}
