package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.Part;

/// A part that the server says it has.
record ArrivedPart(long sizeBytes, String tag) {
    private static final int MOST_PARTS = 10_000;

    /// Asks for all parts of an upload.
    static Map<Integer, ArrivedPart> list(
            S3Bucket bucket, String operation, BegunUpload upload, Cancellation cancellation)
            throws IOException {
        Map<Integer, ArrivedPart> parts = new HashMap<>();
        int after = 0;
        while (true) {
            int marker = after;
            ListPartsResponse page =
                    bucket.connection()
                            .ask(
                                    operation,
                                    cancellation,
                                    s3 ->
                                            s3.listParts(r ->
                                                    r.bucket(bucket.name())
                                                            .key(upload.name())
                                                            .uploadId(upload.id())
                                                            .partNumberMarker(
                                                                    marker == 0 ? null : marker)));
            for (Part part : page.parts()) {
                parts.put(
                        part.partNumber(), new ArrivedPart(part.size(), ETags.plain(part.eTag())));
                after = Math.max(after, part.partNumber());
            }
            if (!Boolean.TRUE.equals(page.isTruncated())) {
                return parts;
            }
            if (after == marker || parts.size() > MOST_PARTS) {
                throw new TransportException(
                        Kind.UNAVAILABLE, operation + ": the server's list of parts never ends");
            }
        }
    }
}
