package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.spi.Cancellation;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// What is asked of the server for one object in parts: begun, sent part by part, put together. The
/// parts' tags are kept. Parts may be sent by many threads.
final class MultipartCalls {
    /// What a server says that knows an upload no more.
    static final String GONE = "NoSuchUpload";

    private final S3Bucket bucket;
    private final ObjectKey key;
    private final PutMode mode;
    private final String operation;
    private final SortedMap<Integer, String> tags = new ConcurrentSkipListMap<>();

    MultipartCalls(S3Bucket bucket, ObjectKey key, PutMode mode, String operation) {
        this.bucket = bucket;
        this.key = key;
        this.mode = mode;
        this.operation = operation;
    }

    /// Begins an upload and returns the server's name for it.
    ///
    /// @param metadata of the object
    String begin(Map<String, String> metadata, Cancellation cancellation) throws IOException {
        String id =
                bucket.connection()
                        .ask(
                                operation,
                                cancellation,
                                s3 ->
                                        s3.createMultipartUpload(r ->
                                                        r.bucket(bucket.name())
                                                                .key(bucket.nameOf(key))
                                                                .metadata(metadata)
                                                                .objectLockMode(bucket.lockMode())
                                                                .objectLockRetainUntilDate(
                                                                        bucket.lockedUntil()))
                                                .uploadId());
        if (id == null || id.isEmpty() || id.length() > 4_096) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the server gave no usable upload id");
        }
        return id;
    }

    /// The server has this part already.
    void note(Part part, String tag) {
        tags.put(part.number(), tag);
    }

    /// Sends a part.
    ///
    /// @param md5 of the part
    void send(BegunUpload upload, Part part, byte[] md5, Cancellation stop) throws IOException {
        UploadPartResponse answer =
                bucket.connection()
                        .send(
                                operation,
                                stop,
                                s3 ->
                                        s3.uploadPart(
                                                request(upload, part, md5), S3Upload.body(part)));
        String tag = ETags.plain(answer.eTag());
        if (tag.isEmpty()
                || !ETags.mayBe(
                        tag, HexFormat.of().formatHex(md5), answer.serverSideEncryption())) {
            throw new TransportException(
                    Kind.UNAVAILABLE,
                    operation + ": the server received part " + part.number() + " damaged");
        }
        note(part, tag);
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
    ///
    /// @param ours whether an object is certainly the one that was put together
    /// @return false if the server said that it failed and yet has the object; the upload may be
    ///   there, too, then
    boolean complete(BegunUpload upload, Predicate<StoredObject> ours, Cancellation cancellation)
            throws IOException {
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
            return true;
        } catch (TransportException e) {
            if (!(e.kind().retryable() || S3Errors.says(e, GONE))
                    || !isThere(e, ours, cancellation)) {
                throw e;
            }
            return false;
        }
    }

    private @Nullable String condition() {
        return mode == PutMode.CREATE && bucket.writesConditionally() ? "*" : null;
    }

    private boolean isThere(
            TransportException failure, Predicate<StoredObject> ours, Cancellation cancellation)
            throws IOException {
        try {
            return bucket.look(operation, key, cancellation).filter(ours).isPresent();
        } catch (TransportException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /// The entity tag that the object must have, if the parts' tags tell.
    Optional<String> tag() {
        return ETags.ofParts(tags.values());
    }
}
