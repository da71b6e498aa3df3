package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartMemory;
import dev.packhorse.transport.parts.PartedStream;
import dev.packhorse.transport.parts.StreamReceiver;
import dev.packhorse.transport.parts.UploadKeeper;
import dev.packhorse.transport.spi.ByteSize;
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
import org.jspecify.annotations.Nullable;

/// One put of an object that is made meanwhile. Up to the size of a part it goes in one request
/// once it is whole; a longer one as a large file. No request is open while the writer takes its
/// time. A large file does not carry the SHA-256 of its content, which nobody knows when it is
/// begun. One use.
final class BackblazeStream implements StreamReceiver {
    private final B2Bucket bucket;
    private final PartMemory memory;
    private final ObjectKey key;
    private final StreamedContent content;
    private final PutMode mode;
    private final Cancellation cancellation;
    private final String operation;
    private final UploadKeeper journal;
    private final BackblazeUpload upload;
    private final LargeFileCalls calls;
    private volatile ByteSize leastPart = BackblazeSettings.LEAST_PART;
    private volatile @Nullable Begun begun;

    /// @param urls addresses for its parts
    private record Begun(BegunUpload upload, UploadUrls urls) {}

    BackblazeStream(
            B2Bucket bucket,
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
                        BackblazeUpload.PROTOCOL,
                        bucket.nameOf(key),
                        content,
                        journal,
                        bucket::takeBack);
        this.upload =
                new BackblazeUpload(
                        bucket, memory, key, content, mode, UploadJournal.none(), cancellation);
        this.calls = new LargeFileCalls(bucket, key, operation);
    }

    ObjectInfo run() throws IOException {
        journal.takeBackBegun();
        if (mode == PutMode.CREATE && bucket.look(operation, key, cancellation).isPresent()) {
            throw new TransportException(Kind.EXISTS, operation + ": it exists already");
        }
        leastPart = new ByteSize(LargeFileUpload.leastPart(bucket, operation, cancellation));
        try {
            new PartedStream(leastPart, memory, this).run(content, cancellation);
            ObjectInfo stored = published();
            journal.clear();
            return stored;
        } catch (B2Failure e) {
            journal.giveUp(e);
            throw e.isGone() && begun != null ? calls.dropped(e) : e;
        } catch (IOException | RuntimeException e) {
            journal.giveUp(e);
            throw e;
        }
    }

    private ObjectInfo published() throws IOException {
        Begun large = begun;
        return large == null
                ? upload.shown()
                : upload.checked(calls.finish(large.upload().id(), cancellation));
    }

    @Override
    public void begin() throws IOException {
        String id = calls.begin(Map.of(), cancellation);
        begun =
                new Begun(
                        journal.recordStream(id, leastPart),
                        UploadUrls.ofParts(bucket.account(), bucket.http(), id));
    }

    @Override
    public void store(Part whole) throws IOException {
        upload.sendWhole(whole);
    }

    @Override
    public void send(Part part, Cancellation stop) throws IOException {
        Begun to = begun;
        if (to == null) {
            throw new IllegalStateException("a part of an upload that was not begun");
        }
        calls.send(to.urls(), part, LargeFileCalls.sha1(part), stop);
    }
}
