package dev.packhorse.transport.webdav;

import dev.packhorse.transport.http.HttpErrors;
import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;

/// One read: the facts first, since servers answer a `GET` of a folder with a page for people.
///
/// @param ranges told whether the server gives parts
record DavDownload(DavClient client, ObjectKey key, DavRanges ranges) {
    /// For the whole object.
    DavDownload(DavClient client, ObjectKey key) {
        this(client, key, new DavRanges());
    }

    <R> R run(ByteRange range, ContentReader<R> reader)
            throws TransportException, CancelledException {
        DavObjects objects = new DavObjects(client);
        ObjectInfo found =
                objects.stat(key).orElseThrow(() -> failed(Kind.MISSING, "no such file"));
        long size = found.sizeBytes();
        if (!range.isAll() && range.offset() >= size) {
            throw failed(Kind.RANGE, "offset " + range.offset() + " is past the end at " + size);
        }
        long length = Math.min(range.length(), size - range.offset());
        if (length == 0) {
            return nothing(reader);
        }
        boolean part = length < size;
        String wanted = "bytes=" + range.offset() + "-" + (range.offset() + length - 1);
        return client.send(
                "GET",
                objects.address(key),
                part ? Map.of("Range", wanted) : Map.of(),
                _ -> BodyPublishers.noBody(),
                true,
                DavClient.receiving(client.timeout()),
                reply -> {
                    InputStream whole =
                            part
                                    ? positioned(reply, range.offset(), length, size)
                                    : of(reply, size);
                    InputStream body = new Exact(whole, length);
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

    private TransportException failed(Kind kind, String what) {
        return new TransportException(kind, client.operation() + ": " + what);
    }

    /// The body from the byte that was asked for: a server may ignore ranges, and one that answers
    /// with another range than asked is not to be believed.
    private InputStream positioned(HttpReply reply, long offset, long length, long size)
            throws IOException {
        if (reply.status() != 206) {
            InputStream body = of(reply, size);
            ranges.ignored();
            body.skipNBytes(offset);
            return body;
        }
        String expected = "bytes " + offset + "-" + (offset + length - 1) + "/";
        if (!reply.header("Content-Range").orElse("").startsWith(expected)) {
            throw failed(Kind.UNAVAILABLE, "the server gives another part than was asked for");
        }
        reply.requireLength(client.operation(), length);
        ranges.honoured();
        return reply.body();
    }

    /// The whole body.
    private InputStream of(HttpReply reply, long size) throws IOException {
        if (reply.status() != 200) {
            throw HttpErrors.status(client.operation(), reply);
        }
        reply.requireLength(client.operation(), size);
        return reply.body();
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
