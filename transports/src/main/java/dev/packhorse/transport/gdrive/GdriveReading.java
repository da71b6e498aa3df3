package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpErrors;
import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;

/// One read, of the file that was the object when it began.
///
/// Source: Google Drive API v3, `files.get` with `alt=media`.
record GdriveReading(DriveClient client, DriveFile file) {
    /// An archive of a home may hold what Google takes for malware; it gives that to its owner only
    /// with this, which it wants to hear of no other file.
    private static final Map<String, String> DESPITE_WARNING =
            Map.of("alt", "media", "acknowledgeAbuse", "true");

    <R> R run(ByteRange range, ContentReader<R> reader)
            throws TransportException, CancelledException {
        long size = file.sizeBytes();
        if (!range.isAll() && range.offset() >= size) {
            throw client.failed(
                    Kind.RANGE, "offset " + range.offset() + " is past the end at " + size);
        }
        long length = Math.min(range.length(), size - range.offset());
        if (length == 0) {
            return nothing(reader);
        }
        try {
            return part(range.offset(), length, Map.of("alt", "media"), reader);
        } catch (TransportException e) {
            if (!GdriveErrors.isCalledMalware(e)) {
                throw e;
            }
        }
        return part(range.offset(), length, DESPITE_WARNING, reader);
    }

    private <R> R part(long offset, long length, Map<String, String> query, ContentReader<R> reader)
            throws TransportException, CancelledException {
        boolean part = length < file.sizeBytes();
        String wanted = "bytes=" + offset + "-" + (offset + length - 1);
        return client.send(
                "GET",
                client.address(DriveFiles.FILES + "/" + file.id(), query),
                part ? Map.of("Range", wanted) : Map.of(),
                _ -> BodyPublishers.noBody(),
                CallLimits.idle(client.timeout()),
                reply -> {
                    requirePart(reply, part, offset, length);
                    InputStream body = new Exact(reply.body(), length);
                    return reader.read(new CancellableRange(body, length, client.cancellation()));
                });
    }

    private <R> R nothing(ContentReader<R> reader) throws TransportException, CancelledException {
        try {
            return reader.read(InputStream.nullInputStream());
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw HttpErrors.broken(client.operation(), e);
        }
    }

    /// One that answers with another range than asked is not to be believed.
    private void requirePart(HttpReply reply, boolean part, long offset, long length)
            throws IOException {
        if (reply.status() == 404) {
            throw client.failed(Kind.UNAVAILABLE, "it was replaced or removed meanwhile");
        }
        if (reply.status() / 100 != 2) {
            throw GdriveErrors.of(client.operation(), reply);
        }
        String expected = "bytes " + offset + "-" + (offset + length - 1) + "/";
        boolean asked =
                part
                        ? reply.status() == 206
                                && reply.header("Content-Range").orElse("").startsWith(expected)
                        : reply.status() == 200;
        if (!asked) {
            throw client.failed(
                    Kind.UNAVAILABLE, "the service gives another part than was asked for");
        }
        reply.requireLength(client.operation(), length);
    }

    /// Tells an early end from the true one.
    private static final class Exact extends FilterInputStream {
        private long left;

        Exact(InputStream in, long left) {
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
            int count = in.read(target, offset, length);
            if (count < 0 && left > 0 && length > 0) {
                throw new IOException("the answer ended " + left + " bytes before the end");
            }
            left -= Math.max(0, count);
            return count;
        }
    }
}
