package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// One read: the size first, since FTP marks the end of a file by closing the connection, which
/// looks the same as a broken one.
final class FtpDownload {
    /// A rest so small is read rather than paid for with a new connection.
    private static final long SMALL_REST = 256 * 1024;

    private final FtpSession session;
    private final String operation;
    private final ObjectKey key;
    private final Cancellation cancellation;

    FtpDownload(FtpSession session, String operation, ObjectKey key, Cancellation cancellation) {
        this.session = session;
        this.operation = operation;
        this.key = key;
        this.cancellation = cancellation;
    }

    <R> R run(ByteRange range, ContentReader<R> reader) throws IOException {
        FtpFiles files = new FtpFiles(session, operation);
        ObjectInfo found =
                files.stat(key)
                        .orElseThrow(() ->
                                new TransportException(Kind.MISSING, operation + ": no such file"));
        if (!range.isAll() && range.offset() >= found.sizeBytes()) {
            throw new TransportException(
                    Kind.RANGE,
                    operation
                            + ": offset "
                            + range.offset()
                            + " is past the end at "
                            + found.sizeBytes());
        }
        long left = found.sizeBytes() - range.offset();
        try (Counted bytes = new Counted(files.retrieve(key, range.offset()), left)) {
            R result =
                    reader.read(
                            new CancellableRange(
                                    bytes, Math.min(left, range.length()), cancellation));
            end(bytes);
            return result;
        }
    }

    /// Brings the connection back into step where that is cheap.
    private void end(Counted bytes) throws IOException {
        if (bytes.left > SMALL_REST) {
            session.leave();
            return;
        }
        while (bytes.left > 0) {
            bytes.skip(SMALL_REST);
        }
        if (bytes.endsHere()) {
            bytes.close();
            session.endTransfer();
        } else {
            session.leave();
        }
    }

    /// Tells an early end from the true one.
    private static final class Counted extends FilterInputStream {
        private long left;

        Counted(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("the connection ended " + left + " bytes before the end");
            }
            left -= count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            return Math.max(0, read(new byte[8192], 0, (int) Math.min(8192, count)));
        }

        boolean endsHere() throws IOException {
            return in.read() < 0;
        }
    }
}
