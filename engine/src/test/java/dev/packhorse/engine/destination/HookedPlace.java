package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import java.time.Instant;
import java.util.Optional;

/// A place at which a test does something after calls that worked.
///
/// @param after takes `put KEY`, `list PREFIX` or `delete KEY`
/// @param lock until when what is stored is locked
record HookedPlace(Transport place, Hook after, Optional<Instant> lock) implements Transport {
    /// What is done.
    @FunctionalInterface
    interface Hook {
        void after(String call) throws TransportException;
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
        ObjectInfo stored = place.put(key, content, mode, journal, cancellation);
        after.after("put " + key);
        return new ObjectInfo(key, stored.sizeBytes(), stored.modified(), lock);
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        return place.read(key, range, reader, cancellation);
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        return place.stat(key);
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        place.list(prefix, visitor, cancellation);
        after.after("list " + prefix);
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        place.delete(key);
        after.after("delete " + key);
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
