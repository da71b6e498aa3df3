package dev.packhorse.engine.schedule;

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
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A place in memory that knows the keys of its objects and no content, and can be down. One
/// thread.
final class KeyPlace implements Transport {
    final Set<ObjectKey> keys = new HashSet<>();
    boolean down;

    private void requireUp() throws TransportException {
        if (down) {
            throw new TransportException(Kind.UNAVAILABLE, "the place is down");
        }
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits(true, true, Resumption.NONE, OptionalLong.empty(), 1);
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException {
        requireUp();
        keys.add(key);
        return new ObjectInfo(key, content.sizeBytes(), Optional.empty());
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException {
        throw new TransportException(Kind.MISSING, "there is no content here");
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        requireUp();
        return keys.contains(key)
                ? Optional.of(new ObjectInfo(key, 1, Optional.empty()))
                : Optional.empty();
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        requireUp();
        for (ObjectKey key : keys) {
            if (!visitor.visit(new ObjectInfo(key, 1, Optional.empty()))) {
                return;
            }
        }
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        requireUp();
        keys.remove(key);
    }

    @Override
    public Optional<Capacity> capacity() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
