package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartOrigin;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/// Has the server make parts of what it has already. A copy counts only if its tag is the MD5 of
/// the bytes that were to be sent; so a server that encrypts with a key of a key service, whose
/// tags tell nothing, is sent everything. Safe for many threads.
///
/// Source: Amazon S3 API Reference, UploadPartCopy.
final class PartCopies {
    /// After so many copies that came to nothing in one upload, no more are asked for.
    private static final int MOST_FAILURES = 3;

    private final S3Bucket bucket;
    private final String operation;
    private final AtomicInteger failures = new AtomicInteger();

    PartCopies(S3Bucket bucket, String operation) {
        this.bucket = bucket;
        this.operation = operation;
    }

    /// Tries to have a part copied.
    ///
    /// @param md5 of the part
    /// @return false if the part must be sent
    /// @throws IOException if the upload was stopped
    boolean copy(BegunUpload upload, Part part, String md5, Cancellation stop) throws IOException {
        Optional<PartOrigin> origin = part.origin();
        if (origin.isEmpty() || failures.get() >= MOST_FAILURES) {
            return false;
        }
        try {
            CopyPartResult result =
                    bucket.connection()
                            .ask(
                                    operation,
                                    stop,
                                    s3 -> s3.uploadPartCopy(request(upload, part, origin.get())))
                            .copyPartResult();
            if (result != null && ETags.plain(result.eTag()).equals(md5)) {
                return true;
            }
        } catch (TransportException _) {
            // Whatever it is that the server has against copying: sending the part will tell
            // whether it has it against the upload, too.
            stop.check();
        }
        failures.incrementAndGet();
        return false;
    }

    private UploadPartCopyRequest request(BegunUpload upload, Part part, PartOrigin origin) {
        return UploadPartCopyRequest.builder()
                .sourceBucket(bucket.name())
                .sourceKey(bucket.nameOf(origin.object()))
                .copySourceRange(
                        "bytes=" + origin.offset() + "-" + (origin.offset() + part.length() - 1))
                .destinationBucket(bucket.name())
                .destinationKey(upload.name())
                .uploadId(upload.id())
                .partNumber(part.number())
                .build();
    }
}
