package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.FreshContent;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartMemory;
import dev.packhorse.transport.parts.UploadKeeper;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/// One put. Small contents go in one request, once they were read and found right; larger ones as a
/// [MultipartUpload]. One use, one thread.
final class S3Upload {
    /// The word for this driver's uploads in a journal.
    static final String PROTOCOL = "s3";

    private final S3Bucket bucket;
    private final PartMemory memory;
    private final ObjectKey key;
    private final Content content;
    private final PutMode mode;
    private final UploadJournal journal;
    private final Cancellation cancellation;
    private final String operation;

    S3Upload(
            S3Bucket bucket,
            PartMemory memory,
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation) {
        this.bucket = bucket;
        this.memory = memory;
        this.key = key;
        this.content = content;
        this.mode = mode;
        this.journal = journal;
        this.cancellation = cancellation;
        this.operation = "put " + key;
    }

    ObjectInfo run() throws IOException {
        UploadKeeper record =
                new UploadKeeper(PROTOCOL, bucket.nameOf(key), content, journal, bucket::takeBack);
        try {
            ObjectInfo stored = store(record);
            record.clear();
            return stored;
        } catch (IOException e) {
            record.giveUpUnlessItMayPass(e);
            throw e;
        }
    }

    private ObjectInfo store(UploadKeeper record) throws IOException {
        Optional<BegunUpload> begun = record.begun();
        Optional<StoredObject> there =
                mode == PutMode.CREATE || begun.isPresent()
                        ? bucket.look(operation, key, cancellation)
                        : Optional.empty();
        if (begun.isPresent() && there.filter(object -> object.isOf(content)).isPresent()) {
            return publishedBefore(record, there.get());
        }
        if (mode == PutMode.CREATE && there.isPresent()) {
            throw new TransportException(Kind.EXISTS, operation + ": it exists already");
        }
        if (begun.isPresent() || content.sizeBytes() > settings().leastPart().bytes()) {
            return verified(inParts(record, begun.isPresent()));
        }
        memory.sendWhole(key, content, cancellation, (part, _) -> sendWhole(part));
        return verified(Optional.empty());
    }

    /// Where what the server has already would be in parts of its own, their lengths differ, and so
    /// may those that an earlier try has left. A server that refuses to put such parts together
    /// gets all of it once more, in parts of one length. Only when it takes those, their lengths
    /// were the reason: others say the same of a part that they lost.
    ///
    /// @param resumed whether an earlier try has begun it
    private Optional<String> inParts(UploadKeeper record, boolean resumed) throws IOException {
        Content fresh = new FreshContent(content);
        boolean hinted = !EvenParts.areWanted(settings()) && !content.alike().isEmpty();
        try {
            return inParts(hinted ? content : fresh, record);
        } catch (TransportException e) {
            if (!(hinted || resumed) || !S3Errors.says(e, EvenParts.REFUSAL)) {
                throw e;
            }
            record.abandon();
            record.clear();
            Optional<String> tag = inParts(fresh, record);
            if (hinted) {
                EvenParts.learn(settings());
            }
            return tag;
        }
    }

    private Optional<String> inParts(Content cut, UploadKeeper record) throws IOException {
        return new MultipartUpload(bucket, memory, key, cut, mode, record, cancellation).run();
    }

    private S3Settings settings() {
        return bucket.connection().settings();
    }

    /// The answer to an earlier try's last step was lost. The source is read all the same.
    private ObjectInfo publishedBefore(UploadKeeper record, StoredObject object)
            throws IOException {
        try (CheckedContent source = new CheckedContent(key, content, cancellation)) {
            source.transferTo(OutputStream.nullOutputStream());
        }
        record.abandon();
        return object.info(key);
    }

    /// Stores a content in one request.
    void sendWhole(Part part) throws IOException {
        byte[] md5 = part.digest("MD5");
        try {
            PutObjectResponse answer =
                    bucket.connection()
                            .send(
                                    operation,
                                    cancellation,
                                    s3 -> s3.putObject(request(part, md5), body(part)));
            String tag = ETags.plain(answer.eTag());
            if (!ETags.mayBe(tag, HexFormat.of().formatHex(md5), answer.serverSideEncryption())) {
                throw removed("the server received something else");
            }
        } catch (TransportException e) {
            if (!e.kind().retryable() || !isThere(e)) {
                throw e;
            }
        }
    }

    static RequestBody body(Part part) {
        return RequestBody.fromContentProvider(
                part::open, part.length(), "application/octet-stream");
    }

    private PutObjectRequest request(Part part, byte[] md5) {
        return PutObjectRequest.builder()
                .bucket(bucket.name())
                .key(bucket.nameOf(key))
                .contentLength((long) part.length())
                .contentMD5(Base64.getEncoder().encodeToString(md5))
                .metadata(bucket.metadataOf(content))
                .ifNoneMatch(mode == PutMode.CREATE && bucket.writesConditionally() ? "*" : null)
                .objectLockMode(bucket.lockMode())
                .objectLockRetainUntilDate(bucket.lockedUntil())
                .build();
    }

    /// After a failure that does not tell whether the object was stored.
    private boolean isThere(TransportException failure) throws CancelledException {
        try {
            return bucket.look(operation, key, cancellation)
                    .filter(object -> object.isOf(content))
                    .isPresent();
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /// Compares what the server shows with what was sent. What is certainly ours and is something
    /// else does not stay.
    ///
    /// @param tag what the tag must be, if it is one of parts
    ObjectInfo verified(Optional<String> tag) throws IOException {
        StoredObject stored =
                bucket.look(operation, key, cancellation)
                        .orElseThrow(() ->
                                new TransportException(
                                        Kind.UNAVAILABLE,
                                        operation
                                                + ": the server took it and does not show it yet"));
        if (stored.isOfAnother(content)) {
            throw new TransportException(
                    mode == PutMode.CREATE ? Kind.EXISTS : Kind.UNAVAILABLE,
                    operation + ": another writer has replaced it at the same time");
        }
        if (stored.sizeBytes() != content.sizeBytes()) {
            throw removed(
                    "the server has " + stored.sizeBytes() + " bytes of " + content.sizeBytes());
        }
        if (!ETags.mayBeOfParts(stored.tag(), tag, stored.encryption())) {
            throw removed("the server put the parts together wrongly");
        }
        return stored.info(key);
    }

    /// Removes what has the name by this upload.
    ///
    /// @return what to throw
    private TransportException removed(String what) {
        TransportException failure = new TransportException(Kind.CORRUPT, operation + ": " + what);
        try {
            bucket.remove(operation, key);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
