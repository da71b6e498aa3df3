package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.ByteRange;
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
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;

/// A place that hands everything to another. Tests change what they are about.
abstract class PassingPlace implements Transport {
    private final Transport place;

    PassingPlace(Transport place) {
        this.place = place;
    }

    final Transport place() {
        return place;
    }

    @Override
    public TransportTraits traits() {
        return place.traits();
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        return place.put(key, content, mode, journal, cancellation);
    }

    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        return place.putStreamed(key, writer, mode, journal, cancellation);
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        place.abandon(state);
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        return place.read(key, range, reader, cancellation);
    }

    @Override
    public boolean readsParts(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return place.readsParts(key, cancellation);
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        return place.stat(key);
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        place.list(prefix, visitor, cancellation);
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        place.delete(key);
    }

    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        return place.removeEmptyFolder(folder);
    }

    @Override
    public Optional<Capacity> capacity() throws TransportException {
        return place.capacity();
    }

    @Override
    public void close() throws TransportException {
        place.close();
    }
}
