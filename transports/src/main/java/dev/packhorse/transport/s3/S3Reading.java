package dev.packhorse.transport.s3;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// One read of an object or a part of it.
final class S3Reading {
    private final S3Bucket bucket;
    private final ObjectKey key;
    private final ByteRange range;
    private final Cancellation cancellation;
    private final String operation;

    S3Reading(S3Bucket bucket, ObjectKey key, ByteRange range, Cancellation cancellation) {
        this.bucket = bucket;
        this.key = key;
        this.range = range;
        this.cancellation = cancellation;
        this.operation = "read " + key;
    }

    <R> R run(ContentReader<R> reader) throws IOException {
        if (range.length() == 0) {
            return nothing(reader);
        }
        return bucket.connection().receive(operation, cancellation, s3 -> receive(s3, reader));
    }

    /// The protocol has no way to ask for no bytes.
    private <R> R nothing(ContentReader<R> reader) throws IOException {
        long size =
                bucket.look(operation, key, cancellation)
                        .orElseThrow(() ->
                                new TransportException(
                                        Kind.MISSING, operation + ": no such object"))
                        .sizeBytes();
        if (range.offset() >= size) {
            throw new TransportException(
                    Kind.RANGE,
                    operation + ": offset " + range.offset() + " is past the end at " + size);
        }
        return reader.read(InputStream.nullInputStream());
    }

    private <R> R receive(S3Client s3, ContentReader<R> reader) throws IOException {
        ResponseInputStream<GetObjectResponse> answer =
                s3.getObject(r -> r.bucket(bucket.name()).key(bucket.nameOf(key)).range(header()));
        try {
            long length = expected(answer.response());
            // To the very end, where the client compares the checksum that Amazon keeps.
            return reader.read(
                    new CancellableRange(
                            new WholeAnswer(answer, length), Long.MAX_VALUE, cancellation));
        } finally {
            // Whatever was not read must not be fetched only to be thrown away.
            answer.abort();
        }
    }

    private @Nullable String header() {
        if (range.isAll()) {
            return null;
        }
        long end = range.offset() + range.length() - 1;
        return "bytes=" + range.offset() + "-" + (end < 0 ? "" : end);
    }

    /// How many bytes there must be in the answer; checks that they are those asked for.
    private long expected(GetObjectResponse answer) throws TransportException {
        Long length = answer.contentLength();
        if (length == null) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the server does not say how much it sends");
        }
        if (range.isAll()) {
            return length;
        }
        String got = String.valueOf(answer.contentRange());
        if (!got.startsWith("bytes " + range.offset() + "-") || length > range.length()) {
            throw new TransportException(
                    Kind.CORRUPT, operation + ": the server sends another range than asked for");
        }
        return length;
    }

    /// Ends only after as many bytes as were announced.
    private static final class WholeAnswer extends FilterInputStream {
        private long left;

        WholeAnswer(InputStream source, long length) {
            super(source);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            if (count < 0 && left > 0) {
                throw new IOException("the answer ends " + left + " bytes early");
            }
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(count);
            left -= skipped;
            return skipped;
        }
    }
}
