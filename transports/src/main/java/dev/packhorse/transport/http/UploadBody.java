package dev.packhorse.transport.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The next `length` bytes of a source as the body of a request. The client reads them on a thread
/// of its own and hides why it could not; [#failure()] tells. For one request.
public final class UploadBody {
    private final InputStream source;
    private final long length;
    private volatile @Nullable IOException failure;
    private final AtomicLong left;
    private volatile boolean begun;

    /// A body that is not asked for yet.
    ///
    /// @param source not closed
    public UploadBody(InputStream source, long length) {
        this.source = source;
        this.length = length;
        this.left = new AtomicLong(length);
    }

    /// The body, of a declared length.
    ///
    /// @param progress told of every byte that the client took
    public BodyPublisher publisher(LongConsumer progress) {
        if (length == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> new Piece(progress)), length);
    }

    /// True once the client took all of it, which does not mean that it arrived.
    public boolean isTaken() {
        return left.get() == 0;
    }

    /// Why the source could not be read, empty if it could.
    public Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    private final class Piece extends FilterInputStream {
        private final LongConsumer progress;

        /// The client may ask for a body again when it tries a request again by itself; the bytes
        /// are gone then.
        Piece(LongConsumer progress) {
            super(source);
            this.progress = progress;
            if (begun) {
                failure = new IOException("the body was asked for twice");
            }
            begun = true;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int size) throws IOException {
            IOException earlier = failure;
            if (earlier != null) {
                throw earlier;
            }
            if (left.get() == 0) {
                return -1;
            }
            try {
                int count = in.read(target, offset, (int) Math.min(size, left.get()));
                left.addAndGet(-Math.max(0, count));
                progress.accept(Math.max(0, count));
                return count;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void close() {}
    }
}
