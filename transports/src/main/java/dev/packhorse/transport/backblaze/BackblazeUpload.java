package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartMemory;
import dev.packhorse.transport.parts.UploadKeeper;
import dev.packhorse.transport.spi.Cancellation;
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
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// One put. Small contents go in one request, once they were read and found right; larger ones as a
/// [LargeFileUpload]. One use, one thread.
final class BackblazeUpload {
    /// The word for this driver's uploads in a journal.
    static final String PROTOCOL = "b2";

    private final B2Bucket bucket;
    private final PartMemory memory;
    private final ObjectKey key;
    private final Content content;
    private final PutMode mode;
    private final UploadJournal journal;
    private final Cancellation cancellation;
    private final String operation;

    BackblazeUpload(
            B2Bucket bucket,
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
            IOException told = BackblazeErrors.of(operation, e);
            record.giveUpUnlessItMayPass(told);
            throw told;
        }
    }

    private ObjectInfo store(UploadKeeper record) throws IOException {
        Optional<BegunUpload> begun = record.begun();
        Optional<B2File> published =
                begun.isEmpty()
                        ? Optional.empty()
                        : bucket.byId(operation, begun.get().id(), cancellation)
                                .filter(B2File::isWhole);
        if (published.isPresent()) {
            return publishedBefore(published.get());
        }
        if (mode == PutMode.CREATE && bucket.look(operation, key, cancellation).isPresent()) {
            throw new TransportException(Kind.EXISTS, operation + ": it exists already");
        }
        if (begun.isPresent()
                || content.sizeBytes()
                        > LargeFileUpload.leastPart(bucket, operation, cancellation)) {
            return checked(
                    new LargeFileUpload(bucket, memory, key, content, record, cancellation).run());
        }
        memory.sendWhole(key, content, cancellation, (part, _) -> sendWhole(part));
        return shown();
    }

    /// Compares what the service shows under the key with what was sent.
    ObjectInfo shown() throws IOException {
        return checked(
                bucket.look(operation, key, cancellation)
                        .orElseThrow(() ->
                                new TransportException(
                                        Kind.UNAVAILABLE,
                                        operation + ": the service took it and does not show it")));
    }

    /// The answer to an earlier try's last step was lost. The source is read all the same.
    private ObjectInfo publishedBefore(B2File file) throws IOException {
        try (CheckedContent source = new CheckedContent(key, content, cancellation)) {
            source.transferTo(OutputStream.nullOutputStream());
        }
        return checked(file);
    }

    /// Stores a content in one request.
    void sendWhole(Part part) throws IOException {
        try {
            B2File answer =
                    B2File.of(
                            bucket.fileUrls()
                                    .send(
                                            operation,
                                            part,
                                            Map.of(
                                                    "X-Bz-File-Name",
                                                    B2Bucket.encoded(bucket.nameOf(key)),
                                                    "Content-Type",
                                                    "application/octet-stream",
                                                    "X-Bz-Info-" + B2File.SHA256,
                                                    content.sha256()),
                                            cancellation));
            String sha1 = HexFormat.of().formatHex(part.digest("SHA-1"));
            if (answer.sizeBytes() != part.length() || !answer.sha1().endsWith(sha1)) {
                throw new TransportException(
                        Kind.CORRUPT, operation + ": the service received something else");
            }
        } catch (IOException e) {
            if (!(BackblazeErrors.of(operation, e) instanceof TransportException failure)
                    || !failure.kind().retryable()
                    || !isThere(failure)) {
                throw e;
            }
        }
    }

    /// After a failure that does not tell whether the file was stored.
    private boolean isThere(TransportException failure) throws IOException {
        try {
            return bucket.look(operation, key, cancellation)
                    .filter(file -> file.isOf(content))
                    .isPresent();
        } catch (B2Failure | TransportException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /// Compares a file that the service tells of with what was sent.
    ObjectInfo checked(B2File file) throws TransportException {
        if (!file.sha256().isEmpty() && !file.sha256().equals(content.sha256())) {
            throw new TransportException(
                    mode == PutMode.CREATE ? Kind.EXISTS : Kind.UNAVAILABLE,
                    operation + ": another writer has replaced it at the same time");
        }
        if (file.sizeBytes() != content.sizeBytes()) {
            throw new TransportException(
                    Kind.CORRUPT,
                    operation
                            + ": the service has "
                            + file.sizeBytes()
                            + " bytes of "
                            + content.sizeBytes());
        }
        return file.info(key);
    }
}
