package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// One read of an object or a part of it: the visible file is looked up, and then read by its id,
/// so that all of it is of one version.
///
/// Source: B2 documentation, b2_download_file_by_id.
final class BackblazeReading {
    private final B2Bucket bucket;
    private final ObjectKey key;
    private final ByteRange range;
    private final Cancellation cancellation;
    private final String operation;

    BackblazeReading(B2Bucket bucket, ObjectKey key, ByteRange range, Cancellation cancellation) {
        this.bucket = bucket;
        this.key = key;
        this.range = range;
        this.cancellation = cancellation;
        this.operation = "read " + key;
    }

    <R> R run(ContentReader<R> reader) throws IOException {
        B2File file =
                bucket.look(operation, key, cancellation)
                        .filter(B2File::hasUsableId)
                        .orElseThrow(() ->
                                new TransportException(
                                        Kind.MISSING, operation + ": no such object"));
        if (!range.isAll() && range.offset() >= file.sizeBytes()) {
            throw new TransportException(
                    Kind.RANGE,
                    operation
                            + ": offset "
                            + range.offset()
                            + " is past the end at "
                            + file.sizeBytes());
        }
        long length = Math.min(range.length(), file.sizeBytes() - range.offset());
        if (length == 0) {
            return reader.read(InputStream.nullInputStream());
        }
        return receive(file, length, reader);
    }

    private <R> R receive(B2File file, long length, ContentReader<R> reader) throws IOException {
        return bucket.account()
                .loggedIn(
                        operation,
                        cancellation,
                        login -> {
                            HttpRequest.Builder request =
                                    B2Account.request(
                                            B2Account.contentOf(login, file.id()), login.token());
                            if (!range.isAll()) {
                                long last = range.offset() + length - 1;
                                request.header("Range", "bytes=" + range.offset() + "-" + last);
                            }
                            return bucket.http()
                                    .receive(
                                            operation,
                                            request.GET().build(),
                                            cancellation,
                                            (response, body) -> {
                                                check(response, length);
                                                return reader.read(
                                                        new CancellableRange(
                                                                body, length, cancellation));
                                            });
                        });
    }

    /// The client itself makes a body that ends before its announced length a failure.
    private void check(HttpResponse<InputStream> response, long length) throws TransportException {
        boolean right =
                response.headers().firstValueAsLong("Content-Length").orElse(-1) == length
                        && (range.isAll()
                                ? response.statusCode() == 200
                                : response.headers()
                                        .firstValue("Content-Range")
                                        .orElse("")
                                        .startsWith("bytes " + range.offset() + "-"));
        if (!right) {
            throw new TransportException(
                    Kind.CORRUPT, operation + ": the service sends something else than asked for");
        }
    }
}
