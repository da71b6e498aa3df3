package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A place that works, but for what a test does to it. One thread.
final class FaultyPlace extends PassingPlace {
    final List<String> deleted = new ArrayList<>();
    OnDelete onDelete = key -> true;
    OnRead onRead = key -> {};
    OnRead onReadTree = key -> {};
    final Map<ObjectKey, Instant> locks = new HashMap<>();
    OnList onList = (visitor, place) -> place.list("", visitor, Cancellation.never());

    FaultyPlace(Transport place) {
        super(place);
    }

    /// Called before each deletion.
    @FunctionalInterface
    interface OnDelete {
        /// Decides about one deletion.
        ///
        /// @return whether it is done, or only said to be
        boolean before(ObjectKey key) throws TransportException;
    }

    /// Called before each reading.
    @FunctionalInterface
    interface OnRead {
        void before(ObjectKey key) throws TransportException;
    }

    /// Called for each listing.
    @FunctionalInterface
    interface OnList {
        void list(ObjectVisitor visitor, Transport place)
                throws TransportException, CancelledException;
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        onRead.before(key);
        return super.read(key, range, reader, cancellation);
    }

    @Override
    public void readTree(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
            throws TransportException, CancelledException {
        onReadTree.before(key);
        super.readTree(key, into, mostBytes, cancellation);
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        onRead.before(key);
        return super.stat(key).map(this::locked);
    }

    private ObjectInfo locked(ObjectInfo info) {
        return new ObjectInfo(
                info.key(),
                info.sizeBytes(),
                info.modified(),
                Optional.ofNullable(locks.get(info.key())));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        onList.list(visitor, place());
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        if (onDelete.before(key)) {
            super.delete(key);
            deleted.add(key.value());
        }
    }
}
