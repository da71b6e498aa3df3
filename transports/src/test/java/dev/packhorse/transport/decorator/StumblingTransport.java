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
import dev.packhorse.transport.spi.UploadJournal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// A real place whose next calls fail as told, before or after they did their work. One thread.
final class StumblingTransport implements Transport {
    private final Transport place;
    private final Deque<TransportException> before = new ArrayDeque<>();
    private final Deque<TransportException> after = new ArrayDeque<>();
    private int calls;

    StumblingTransport(Transport place) {
        this.place = place;
    }

    /// One of the next calls fails before it does anything.
    StumblingTransport failBefore(TransportException failure) {
        before.add(failure);
        return this;
    }

    /// One of the next calls that get through fails after its work was done.
    StumblingTransport failAfter(TransportException failure) {
        after.add(failure);
        return this;
    }

    /// How many calls came.
    int calls() {
        return calls;
    }

    private void begin() throws TransportException {
        calls++;
        TransportException failure = before.poll();
        if (failure != null) {
            throw failure;
        }
    }

    private void end() throws TransportException {
        TransportException failure = after.poll();
        if (failure != null) {
            throw failure;
        }
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
        begin();
        ObjectInfo stored = place.put(key, content, mode, journal, cancellation);
        end();
        return stored;
    }

    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        begin();
        StreamedObject stored = place.putStreamed(key, writer, mode, journal, cancellation);
        end();
        return stored;
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        begin();
        R result = place.read(key, range, reader, cancellation);
        end();
        return result;
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        begin();
        return place.stat(key);
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        begin();
        place.list(prefix, visitor, cancellation);
        end();
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        begin();
        place.delete(key);
    }

    @Override
    public Optional<Capacity> capacity() throws TransportException {
        begin();
        return place.capacity();
    }

    @Override
    public void close() throws TransportException {
        place.close();
    }
}
