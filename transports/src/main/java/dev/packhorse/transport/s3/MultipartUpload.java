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
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// A content that is stored in parts: begun or taken up again, sent, put together. What the server
/// already has of it is not sent again where size and MD5 of a part are those of the bytes that are
/// read now. One use.
final class MultipartUpload {
    private static final String GONE = "NoSuchUpload";

    private final S3Bucket bucket;
    private final PartMemory memory;
    private final ObjectKey key;
    private final Content content;
    private final PutMode mode;
    private final UploadKeeper journal;
    private final Cancellation cancellation;
    private final String operation;
    private final PartCopies copies;
    private final SortedMap<Integer, String> tags = new ConcurrentSkipListMap<>();

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
        this.mode = mode;
        this.journal = journal;
        this.cancellation = cancellation;
        this.operation = "put " + key;
        this.copies = new PartCopies(bucket, operation);
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
            complete(upload);
        } catch (TransportException e) {
            if (S3Errors.says(e, GONE)) {
                journal.clear();
                throw new TransportException(
                        Kind.UNAVAILABLE, operation + ": the server has dropped the upload", e);
            }
            throw e;
        }
        return ETags.ofParts(tags.values());
    }

    private BegunUpload begin() throws IOException {
        PartPlan plan =
                PartPlan.of(content.sizeBytes(), bucket.connection().settings().leastPart());
        String id =
                bucket.connection()
                        .ask(
                                operation,
                                cancellation,
                                s3 ->
                                        s3.createMultipartUpload(r ->
                                                        r.bucket(bucket.name())
                                                                .key(bucket.nameOf(key))
                                                                .metadata(
                                                                        bucket.metadataOf(content))
                                                                .objectLockMode(bucket.lockMode())
                                                                .objectLockRetainUntilDate(
                                                                        bucket.lockedUntil()))
                                                .uploadId());
        if (id == null || id.isEmpty() || id.length() > 4_096) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the server gave no usable upload id");
        }
        return journal.record(id, plan);
    }

    /// What the server has of the upload; empty if it knows it no more.
    private Optional<Map<Integer, ArrivedPart>> arrived(BegunUpload upload) throws IOException {
        try {
            return Optional.of(ArrivedPart.list(bucket, operation, upload, cancellation));
        } catch (TransportException e) {
            if (S3Errors.says(e, GONE)) {
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
            tags.put(part.number(), md5);
            return;
        }
        if (copies.copy(upload, part, md5, stop)) {
            tags.put(part.number(), md5);
            return;
        }
        UploadPartResponse answer =
                bucket.connection()
                        .send(
                                operation,
                                stop,
                                s3 ->
                                        s3.uploadPart(
                                                request(upload, part, digest),
                                                S3Upload.body(part)));
        String tag = ETags.plain(answer.eTag());
        if (tag.isEmpty() || !ETags.mayBe(tag, md5, answer.serverSideEncryption())) {
            throw new TransportException(
                    Kind.UNAVAILABLE,
                    operation + ": the server received part " + part.number() + " damaged");
        }
        tags.put(part.number(), tag);
    }

    private UploadPartRequest request(BegunUpload upload, Part part, byte[] md5) {
        return UploadPartRequest.builder()
                .bucket(bucket.name())
                .key(upload.name())
                .uploadId(upload.id())
                .partNumber(part.number())
                .contentLength((long) part.length())
                .contentMD5(Base64.getEncoder().encodeToString(md5))
                .build();
    }

    /// Puts the parts together. A failure may come after the fact, and a lost answer looks like
    /// one: the object that is there then decides.
    private void complete(BegunUpload upload) throws IOException {
        List<CompletedPart> parts =
                tags.entrySet().stream()
                        .map(part ->
                                CompletedPart.builder()
                                        .partNumber(part.getKey())
                                        .eTag(part.getValue())
                                        .build())
                        .toList();
        try {
            bucket.connection()
                    .ask(
                            operation,
                            cancellation,
                            s3 ->
                                    s3.completeMultipartUpload(r ->
                                            r.bucket(bucket.name())
                                                    .key(upload.name())
                                                    .uploadId(upload.id())
                                                    .ifNoneMatch(condition())
                                                    .multipartUpload(
                                                            CompletedMultipartUpload.builder()
                                                                    .parts(parts)
                                                                    .build())));
        } catch (TransportException e) {
            if (!(e.kind().retryable() || S3Errors.says(e, GONE)) || !isThere(e)) {
                throw e;
            }
            journal.abandon();
        }
    }

    private @Nullable String condition() {
        return mode == PutMode.CREATE && bucket.writesConditionally() ? "*" : null;
    }

    private boolean isThere(TransportException failure) throws IOException {
        try {
            return bucket.look(operation, key, cancellation)
                    .filter(object -> object.isOf(content))
                    .isPresent();
        } catch (TransportException e) {
            failure.addSuppressed(e);
            return false;
        }
    }
}
