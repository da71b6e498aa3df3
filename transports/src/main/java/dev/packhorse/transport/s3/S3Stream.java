package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartMemory;
import dev.packhorse.transport.parts.PartPlan;
import dev.packhorse.transport.parts.PartedStream;
import dev.packhorse.transport.parts.StreamReceiver;
import dev.packhorse.transport.parts.UploadKeeper;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One put of an object that is made meanwhile. Up to the size of a part it goes in one request
/// once it is whole; a longer one in parts, of which the server makes the object at the end. No
/// request is open while the writer takes its time. One use.
final class S3Stream implements StreamReceiver {
    private final S3Bucket bucket;
    private final PartMemory memory;
    private final ObjectKey key;
    private final StreamedContent content;
    private final PutMode mode;
    private final Cancellation cancellation;
    private final String operation;
    private final UploadKeeper journal;
    private final S3Upload upload;
    private final MultipartCalls calls;
    private final String mark = UUID.randomUUID().toString();
    private volatile @Nullable BegunUpload begun;

    S3Stream(
            S3Bucket bucket,
            PartMemory memory,
            ObjectKey key,
            StreamedContent content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation) {
        this.bucket = bucket;
        this.memory = memory;
        this.key = key;
        this.content = content;
        this.mode = mode;
        this.cancellation = cancellation;
        this.operation = "put " + key;
        this.journal =
                new UploadKeeper(
                        S3Upload.PROTOCOL, bucket.nameOf(key), content, journal, bucket::takeBack);
        this.upload =
                new S3Upload(
                        bucket, memory, key, content, mode, UploadJournal.none(), cancellation);
        this.calls = new MultipartCalls(bucket, key, mode, operation);
    }

    ObjectInfo run() throws IOException {
        journal.takeBackBegun();
        if (mode == PutMode.CREATE && bucket.look(operation, key, cancellation).isPresent()) {
            throw new TransportException(Kind.EXISTS, operation + ": it exists already");
        }
        try {
            int parts = cut().run(content, cancellation);
            if (begun == null) {
                return upload.verified(Optional.empty());
            }
            complete(begun, parts);
            ObjectInfo stored = upload.verified(calls.tag());
            journal.clear();
            return stored;
        } catch (IOException | RuntimeException e) {
            journal.giveUp(e);
            throw e;
        }
    }

    private PartedStream cut() {
        return EvenParts.areWanted(settings())
                ? PartedStream.ofEvenParts(settings().leastPart(), memory, this)
                : new PartedStream(settings().leastPart(), memory, this);
    }

    /// A stream that was refused for the lengths of its parts cannot be sent again; the next is cut
    /// otherwise.
    private void complete(BegunUpload to, int parts) throws IOException {
        try {
            if (!calls.complete(to, this::isOurs, cancellation)) {
                journal.abandon();
            }
        } catch (TransportException e) {
            if (parts > PartPlan.ALIKE_OF_STREAM && S3Errors.says(e, EvenParts.REFUSAL)) {
                EvenParts.learn(settings());
            }
            throw e;
        }
    }

    private S3Settings settings() {
        return bucket.connection().settings();
    }

    private boolean isOurs(StoredObject object) {
        return object.stream().filter(mark::equals).isPresent()
                && object.sizeBytes() == content.sizeBytes();
    }

    @Override
    public void begin() throws IOException {
        String id = calls.begin(Map.of(StoredObject.STREAM, mark), cancellation);
        begun = journal.recordStream(id, settings().leastPart());
    }

    @Override
    public void store(Part whole) throws IOException {
        upload.sendWhole(whole);
    }

    @Override
    public void send(Part part, Cancellation stop) throws IOException {
        BegunUpload to = begun;
        if (to == null) {
            throw new IllegalStateException("a part of an upload that was not begun");
        }
        calls.send(to, part, part.digest("MD5"), stop);
    }
}
