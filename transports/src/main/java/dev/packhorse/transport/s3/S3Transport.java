package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.PartMemory;
import dev.packhorse.transport.parts.PartPlan;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/// Objects in a folder of an S3 bucket. The server itself shows an object whole or not at all.
///
/// All puts together hold no more parts in memory than [PartMemory] allows.
public final class S3Transport implements Transport {
    private final S3Connection connection;
    private final S3Bucket bucket;
    private final PartMemory memory = new PartMemory();

    S3Transport(S3Settings settings) {
        this.connection = new S3Connection(settings);
        this.bucket = new S3Bucket(connection);
    }

    @Override
    public TransportTraits traits() {
        ByteSize leastPart = connection.settings().leastPart();
        boolean even = EvenParts.areWanted(connection.settings());
        return new TransportTraits(
                        true,
                        bucket.writesConditionally(),
                        !even,
                        true,
                        true,
                        Resumption.BY_PART,
                        OptionalLong.of(PartPlan.LARGEST_CONTENT.bytes()),
                        S3Connection.MAX_CALLS)
                .streamingAtMost(
                        even
                                ? PartPlan.mostInEvenStream(leastPart)
                                : PartPlan.mostInStream(leastPart));
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "put " + key;
        if (content.sizeBytes() > PartPlan.LARGEST_CONTENT.bytes()) {
            throw new TransportException(
                    Kind.REFUSED,
                    operation
                            + ": it is larger than "
                            + PartPlan.LARGEST_CONTENT
                            + ", the most that this heap can cut into parts");
        }
        return told(
                operation,
                () ->
                        new S3Upload(bucket, memory, key, content, mode, journal, cancellation)
                                .run());
    }

    /// Holds five parts in memory at most, of the size that the settings name at first, and twice
    /// as long after every thousand, or all of one length where the server wants that; [PartMemory]
    /// bounds all puts together.
    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        StreamedContent content = new StreamedContent(writer, cancellation);
        ObjectInfo stored =
                told(
                        "put " + key,
                        () ->
                                new S3Stream(
                                                bucket,
                                                memory,
                                                key,
                                                content,
                                                mode,
                                                journal,
                                                cancellation)
                                        .run());
        return new StreamedObject(stored, content.sha256());
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        return told(
                "read " + key, () -> new S3Reading(bucket, key, range, cancellation).run(reader));
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        String operation = "stat " + key;
        return uncancelled(
                operation,
                () ->
                        bucket.look(operation, key, Cancellation.never())
                                .map(object -> object.info(key)));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        told(
                "list " + prefix,
                () -> {
                    new S3Listing(bucket, prefix, visitor, cancellation).run();
                    return true;
                });
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        String operation = "delete " + key;
        uncancelled(
                operation,
                () -> {
                    bucket.remove(operation, key);
                    return true;
                });
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        Optional<BegunUpload> upload = BegunUpload.of(S3Upload.PROTOCOL, state);
        if (upload.isPresent()) {
            upload.get().requireBelow(bucket.folderPrefix());
            uncancelled(
                    "abandon " + upload.get().name(),
                    () -> {
                        bucket.takeBack(upload.get());
                        return true;
                    });
        }
    }

    /// Buckets have no end.
    @Override
    public Optional<Capacity> capacity() {
        return Optional.empty();
    }

    @Override
    public void close() {
        connection.close();
    }

    private static <R> R uncancelled(String operation, Call<R> call) throws TransportException {
        try {
            return told(operation, call);
        } catch (CancelledException e) {
            throw new IllegalStateException("cancelled without a cancellation", e);
        }
    }

    private static <R> R told(String operation, Call<R> call)
            throws TransportException, CancelledException {
        try {
            return call.run();
        } catch (IOException e) {
            switch (S3Errors.of(operation, e)) {
                case TransportException known -> throw known;
                case CancelledException cancelled -> throw cancelled;
                case IOException other -> throw new IllegalStateException(other);
            }
        }
    }

    private interface Call<R> {
        R run() throws IOException;
    }
}
