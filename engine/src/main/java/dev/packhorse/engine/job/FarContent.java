package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.io.InputStream;

/// An object at one destination as content for another. It is read in pieces, each by a call of its
/// own, so that a slow receiver holds no connection of the giver open.
///
/// @param transport of a place that reads ranges; stays the caller's
record FarContent(
        Transport transport,
        ObjectKey key,
        long sizeBytes,
        String sha256,
        Cancellation cancellation)
        implements Content {
    private static final int PIECE_BYTES = 4 << 20;

    @Override
    public InputStream open() {
        return new Pieces();
    }

    /// One thread.
    private final class Pieces extends InputStream {
        private byte[] piece = new byte[0];
        private int at;
        private long next;

        @Override
        public int read() throws IOException {
            return fill() ? piece[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, piece.length - at);
            System.arraycopy(piece, at, target, offset, count);
            at += count;
            return count;
        }

        private boolean fill() throws IOException {
            if (at < piece.length) {
                return true;
            }
            if (next >= sizeBytes) {
                return false;
            }
            int wanted = (int) Math.min(PIECE_BYTES, sizeBytes - next);
            piece =
                    transport.read(
                            key,
                            new ByteRange(next, wanted),
                            in -> in.readNBytes(wanted),
                            cancellation);
            at = 0;
            next += piece.length;
            // A short piece: the object is shorter than it was, which the receiver notices.
            if (piece.length < wanted) {
                next = sizeBytes;
            }
            return piece.length > 0;
        }
    }
}
