package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartMemory;
import dev.packhorse.transport.parts.PartPlan;
import dev.packhorse.transport.parts.PartedUpload;
import dev.packhorse.transport.parts.UploadKeeper;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// A content that is stored in parts: begun or taken up again, sent, put together. What the server
/// already has of it is not sent again where size and MD5 of a part are those of the bytes that are
/// read now. One use.
final class MultipartUpload {
    private final S3Bucket bucket;
    private final PartMemory memory;
    private final ObjectKey key;
    private final Content content;
    private final UploadKeeper journal;
    private final Cancellation cancellation;
    private final String operation;
    private final PartCopies copies;
    private final MultipartCalls calls;

    MultipartUpload(
            S3Bucket bucket,
            PartMemory memory,
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadKeeper journal,
            Cancellation cancellation) {
        this.bucket = bucket;
        this.memory = memory;
        this.key = key;
        this.content = content;
        this.journal = journal;
        this.cancellation = cancellation;
        this.operation = "put " + key;
        this.copies = new PartCopies(bucket, operation);
        this.calls = new MultipartCalls(bucket, key, mode, operation);
    }

    /// Returns the entity tag that the object must have, if the parts' tags tell.
    Optional<String> run() throws IOException {
        Optional<BegunUpload> begun = journal.begun();
        Optional<Map<Integer, ArrivedPart>> arrived =
                begun.isEmpty() ? Optional.empty() : arrived(begun.get());
        BegunUpload upload = arrived.isPresent() ? begun.orElseThrow() : begin();
        Map<Integer, ArrivedPart> present = arrived.orElse(Map.of());
        try {
            new PartedUpload(
                            upload.plan(),
                            S3Settings.LEAST_PART,
                            memory,
                            (part, stop) -> bring(upload, present, part, stop))
                    .run(key, content, cancellation);
            if (!calls.complete(upload, object -> object.isOf(content), cancellation)) {
                journal.abandon();
            }
        } catch (TransportException e) {
            if (S3Errors.says(e, MultipartCalls.GONE)) {
                journal.clear();
                throw new TransportException(
                        Kind.UNAVAILABLE, operation + ": the server has dropped the upload", e);
            }
            throw e;
        }
        return calls.tag();
    }

    private BegunUpload begin() throws IOException {
        PartPlan plan =
                PartPlan.of(content.sizeBytes(), bucket.connection().settings().leastPart());
        String id = calls.begin(bucket.metadataOf(content), cancellation);
        return journal.record(id, plan);
    }

    /// What the server has of the upload; empty if it knows it no more.
    private Optional<Map<Integer, ArrivedPart>> arrived(BegunUpload upload) throws IOException {
        try {
            return Optional.of(ArrivedPart.list(bucket, operation, upload, cancellation));
        } catch (TransportException e) {
            if (S3Errors.says(e, MultipartCalls.GONE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void bring(
            BegunUpload upload, Map<Integer, ArrivedPart> present, Part part, Cancellation stop)
            throws IOException {
        byte[] digest = part.digest("MD5");
        String md5 = HexFormat.of().formatHex(digest);
        ArrivedPart there = present.get(part.number());
        if (there != null && there.sizeBytes() == part.length() && there.tag().equals(md5)) {
            calls.note(part, md5);
            return;
        }
        if (copies.copy(upload, part, md5, stop)) {
            calls.note(part, md5);
            return;
        }
        calls.send(upload, part, digest, stop);
    }
}
