package dev.packhorse.transport.decorator;

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

/// Passes every call on, with something before and after it that is the same for all.
abstract class SurroundedTransport implements Transport {
    private final Transport transport;

    /// @param transport closed with this one
    SurroundedTransport(Transport transport) {
        this.transport = transport;
    }

    /// A call of the transport beneath.
    @FunctionalInterface
    interface Call<R> {
        R run() throws TransportException, CancelledException;
    }

    /// Makes a call, once or not at all.
    abstract <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException;

    @Override
    public TransportTraits traits() {
        return transport.traits();
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        return surround(
                "put " + key,
                cancellation,
                () -> transport.put(key, content, mode, journal, cancellation));
    }

    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        return surround(
                "put " + key,
                cancellation,
                () -> transport.putStreamed(key, writer, mode, journal, cancellation));
    }

    @Override
    public void putTree(
            ObjectKey key, TreeContent tree, UploadJournal journal, Cancellation cancellation)
            throws TransportException, CancelledException {
        surround(
                "put " + key,
                cancellation,
                () -> {
                    transport.putTree(key, tree, journal, cancellation);
                    return true;
                });
    }

    @Override
    public Optional<TreeMark> findTree(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return surround("find " + key, cancellation, () -> transport.findTree(key, cancellation));
    }

    @Override
    public void readTree(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
            throws TransportException, CancelledException {
        surround(
                "read " + key,
                cancellation,
                () -> {
                    transport.readTree(key, into, mostBytes, cancellation);
                    return true;
                });
    }

    @Override
    public void listTree(
            ObjectKey key,
            Optional<TreePath> part,
            boolean deep,
            TreeVisitor visitor,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        surround(
                "list " + key,
                cancellation,
                () -> {
                    transport.listTree(key, part, deep, visitor, cancellation);
                    return true;
                });
    }

    @Override
    public void readTreePart(
            ObjectKey key, TreePath part, long mostBytes, Path into, Cancellation cancellation)
            throws TransportException, CancelledException {
        surround(
                "read " + key,
                cancellation,
                () -> {
                    transport.readTreePart(key, part, mostBytes, into, cancellation);
                    return true;
                });
    }

    @Override
    public void deleteTree(ObjectKey key) throws TransportException {
        uncancelled(
                "delete " + key,
                () -> {
                    transport.deleteTree(key);
                    return true;
                });
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        transport.abandon(state);
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        return surround(
                "read " + key,
                cancellation,
                () -> transport.read(key, range, reader, cancellation));
    }

    @Override
    public boolean readsParts(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return surround("read " + key, cancellation, () -> transport.readsParts(key, cancellation));
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        return uncancelled("stat " + key, () -> transport.stat(key));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        surround(
                "list " + prefix,
                cancellation,
                () -> {
                    transport.list(prefix, visitor, cancellation);
                    return true;
                });
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        uncancelled(
                "delete " + key,
                () -> {
                    transport.delete(key);
                    return true;
                });
    }

    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        return uncancelled("remove folder " + folder, () -> transport.removeEmptyFolder(folder));
    }

    @Override
    public Optional<Capacity> capacity() throws TransportException {
        return uncancelled("capacity", transport::capacity);
    }

    private <R> R uncancelled(String operation, Call<R> call) throws TransportException {
        try {
            return surround(operation, Cancellation.never(), call);
        } catch (CancelledException e) {
            throw new IllegalStateException("cancelled without a cancellation", e);
        }
    }

    @Override
    public void close() throws TransportException {
        transport.close();
    }
}
