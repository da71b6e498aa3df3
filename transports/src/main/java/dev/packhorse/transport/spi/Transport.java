package dev.packhorse.transport.spi;

import java.util.Optional;

/// One opened destination. Safe for many threads, up to [TransportTraits#maxConnections()] calls at
/// a time. Drivers neither retry nor log. Every call ends within seconds of its cancellation with a
/// [CancelledException] inside, and leaves nothing half-made visible.
public interface Transport extends AutoCloseable {
    /// Facts of this destination.
    TransportTraits traits();

    /// Stores an object, visible whole or not at all. Once it returns, [#stat], [#list] and [#read]
    /// see it, and it has reached stable storage as far as the protocol can demand it.
    ///
    /// @throws TransportException `EXISTS` for a taken key under [PutMode#CREATE]; `CORRUPT` when
    ///   the source is shorter or longer than declared or its digest differs, and then nothing is
    ///   left
    /// @throws CancelledException after the cancellation was requested
    ObjectInfo put(ObjectKey key, Content content, PutMode mode, Cancellation cancellation)
            throws TransportException, CancelledException;

    /// Reads an object or a part of it. A range that begins at or past the end is `RANGE`; one that
    /// reaches past it is cut.
    ///
    /// @throws TransportException `MISSING` for an absent key
    /// @throws CancelledException after the cancellation was requested
    <R> R read(ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException;

    /// The object's facts, empty if it is not there.
    Optional<ObjectInfo> stat(ObjectKey key) throws TransportException;

    /// Gives each object whose key begins with `prefix` followed by `/` (all objects for the empty
    /// prefix) to the visitor, once, in no promised order. Objects still being written are not
    /// listed.
    void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException;

    /// Removes exactly this object; an absent one is success.
    void delete(ObjectKey key) throws TransportException;

    /// The space left, empty where the place cannot tell.
    Optional<Capacity> capacity() throws TransportException;

    @Override
    void close() throws TransportException;
}
