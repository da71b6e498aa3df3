package dev.packhorse.transport.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The bytes of a [ContentWriter] on their way to a place, counted and hashed as they pass. They
/// come once: [#sendTo] takes the place of [#open()], and only after it has returned is the object
/// whole and may be published, and do size and digest exist. For drivers; one put.
///
/// Failures of the writer itself come out as [SourceException], so that a driver can tell them from
/// those of its connection.
public final class StreamedContent implements Content {
    private final ContentWriter writer;
    private final Cancellation cancellation;
    private final MessageDigest digest = Sha256.begin();
    private long count;
    private @Nullable String sha256;

    /// A content of which nothing was written yet.
    ///
    /// @param cancellation looked at for every piece
    public StreamedContent(ContentWriter writer, Cancellation cancellation) {
        this.writer = writer;
        this.cancellation = cancellation;
    }

    /// @throws IllegalStateException before the end of the bytes
    @Override
    public long sizeBytes() {
        sha256();
        return count;
    }

    /// @throws IllegalStateException before the end of the bytes
    @Override
    public String sha256() {
        if (sha256 == null) {
            throw new IllegalStateException("a stream has no digest before its end");
        }
        return sha256;
    }

    /// @throws IllegalStateException always
    @Override
    public InputStream open() {
        throw new IllegalStateException("a stream comes once and cannot be read again");
    }

    /// Has all bytes written to the place. To be called once.
    ///
    /// @param place takes them; it is not closed
    /// @throws CancelledException after the cancellation was requested
    /// @throws SourceException if the writer failed by itself; with a bug of the writer's inside
    /// @throws IOException the failure of the place
    public void sendTo(OutputStream place) throws IOException {
        Passing passing = new Passing(place);
        try {
            cancellation.check();
            writer.writeTo(passing);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            // What the writer throws after a failure of the place is that failure's consequence.
            passing.throwFailure();
            throw new SourceException(e);
        } catch (RuntimeException e) {
            passing.throwFailure();
            throw new SourceException(new IOException("its writer failed: " + e.getMessage(), e));
        } finally {
            passing.end();
        }
        passing.throwFailure();
        cancellation.check();
        sha256 = HexFormat.of().formatHex(digest.digest());
    }

    /// What the writer writes to. Synchronized, since it may change threads.
    private final class Passing extends OutputStream {
        private final OutputStream place;
        private @Nullable IOException failure;
        private boolean ended;

        Passing(OutputStream place) {
            this.place = place;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            requireOpen();
            if (length == 0) {
                return;
            }
            try {
                cancellation.check();
                place.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            digest.update(bytes, offset, length);
            count += length;
        }

        private void requireOpen() throws IOException {
            if (failure != null) {
                throw new IOException("the place has failed before: " + failure.getMessage());
            }
            if (ended) {
                throw new IOException("the object is ended");
            }
        }

        synchronized void end() {
            ended = true;
        }

        synchronized void throwFailure() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
