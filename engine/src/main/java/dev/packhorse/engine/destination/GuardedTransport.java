package dev.packhorse.engine.destination;

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
import dev.packhorse.transport.spi.TreeContent;
import dev.packhorse.transport.spi.TreeMark;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.TreeVisitor;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.nio.file.Path;
import java.util.Optional;

/// A place that is changed only if it is this server's; anybody may read it. Objects that tell of
/// no archive may lie in it, as the mark that says whose it is.
final class GuardedTransport implements Transport {
    private final Transport transport;
    private final PlaceGuard guard;

    /// Guards an opened place.
    ///
    /// @param transport closed with this one
    /// @param destination whose place it is in the configuration
    /// @param places knows the other destinations of this server
    GuardedTransport(
            Transport transport,
            ServerIdentity self,
            Destination destination,
            LocalPlaces places,
            MarkedPlaces marked) {
        this.transport = transport;
        this.guard = new PlaceGuard(self, destination, places, marked);
    }

    @Override
    public TransportTraits traits() {
        return transport.traits();
    }

    /// @throws TransportException also `REFUSED` if the place is somebody else's
    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        guard.beforeChange(transport, key, cancellation);
        return transport.put(key, content, mode, journal, cancellation);
    }

    /// @throws TransportException also `REFUSED` if the place is somebody else's
    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        guard.beforeChange(transport, key, cancellation);
        return transport.putStreamed(key, writer, mode, journal, cancellation);
    }

    /// @throws TransportException also `REFUSED` if the place is somebody else's
    @Override
    public void putTree(
            ObjectKey key, TreeContent tree, UploadJournal journal, Cancellation cancellation)
            throws TransportException, CancelledException {
        guard.beforeChange(transport, key, cancellation);
        transport.putTree(key, tree, journal, cancellation);
    }

    @Override
    public Optional<TreeMark> findTree(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return transport.findTree(key, cancellation);
    }

    @Override
    public void readTree(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
            throws TransportException, CancelledException {
        transport.readTree(key, into, mostBytes, cancellation);
    }

    @Override
    public void listTree(
            ObjectKey key,
            Optional<TreePath> part,
            boolean deep,
            TreeVisitor visitor,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        transport.listTree(key, part, deep, visitor, cancellation);
    }

    @Override
    public void readTreePart(
            ObjectKey key, TreePath part, long mostBytes, Path into, Cancellation cancellation)
            throws TransportException, CancelledException {
        transport.readTreePart(key, part, mostBytes, into, cancellation);
    }

    /// @throws TransportException also `REFUSED` if the place is somebody else's
    @Override
    public void deleteTree(ObjectKey key) throws TransportException {
        requireOwn(key);
        transport.deleteTree(key);
    }

    /// Only what a journal of ours recorded is taken back, wherever that is.
    @Override
    public void abandon(UploadState state) throws TransportException {
        transport.abandon(state);
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        return transport.read(key, range, reader, cancellation);
    }

    @Override
    public boolean readsParts(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return transport.readsParts(key, cancellation);
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        return transport.stat(key);
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        transport.list(prefix, visitor, cancellation);
    }

    /// @throws TransportException also `REFUSED` if the place is somebody else's
    @Override
    public void delete(ObjectKey key) throws TransportException {
        requireOwn(key);
        transport.delete(key);
    }

    private void requireOwn(ObjectKey key) throws TransportException {
        try {
            guard.beforeChange(transport, key, Cancellation.never());
        } catch (CancelledException e) {
            throw new IllegalStateException("cancelled without a cancellation", e);
        }
    }

    /// @throws TransportException also `REFUSED` if the place is somebody else's
    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        requireOwn(folder);
        return transport.removeEmptyFolder(folder);
    }

    @Override
    public Optional<Capacity> capacity() throws TransportException {
        return transport.capacity();
    }

    @Override
    public void close() throws TransportException {
        transport.close();
    }
}
