package dev.packhorse.transport.spi;

import java.nio.file.Path;
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
    /// With a journal, a try that fails for a reason that may pass, or dies with its process,
    /// leaves what has arrived and its state; the next try with the same journal and content goes
    /// on from there as far as [TransportTraits#resumption()] says. The content is always read and
    /// hashed from its first byte, so that a source that changed meanwhile is noticed; what the
    /// place has is only not sent again. When the failure is lasting, or the journal is
    /// [UploadJournal#none()], what has arrived is removed.
    ///
    /// @throws TransportException `EXISTS` for a taken key under [PutMode#CREATE]; `CORRUPT` when
    ///   the source is shorter or longer than declared or its digest differs, and then nothing is
    ///   left; `REFUSED` with a [SourceException] inside when the source cannot be read
    /// @throws CancelledException after the cancellation was requested; nothing is left but what a
    ///   journal accounts for
    ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException;

    /// Stores an object without a journal.
    default ObjectInfo put(ObjectKey key, Content content, PutMode mode, Cancellation cancellation)
            throws TransportException, CancelledException {
        return put(key, content, mode, UploadJournal.none(), cancellation);
    }

    /// Stores an object while it is made, visible whole or not at all, as [#put] does: without its
    /// size and digest beforehand, and so without a copy of it on this side. The writer is called
    /// once. It is called only when the place is ready, so after a failure before that another try
    /// is possible; after a failure later the object has to be made again. The writer may take its
    /// time: that it writes nothing for long is no stand-still of the place. Memory is bounded,
    /// whatever the object's size (each driver says how much).
    ///
    /// A try that fails removes what has arrived. With a journal, what could not be removed, since
    /// the process died or the place could not be reached, is recorded and [#abandon] takes it
    /// back; nothing can go on with it.
    ///
    /// @param mode [PutMode#CREATE] is refused before the writer is called where the key is taken
    ///   then already
    /// @return what is stored, with the digest of what was written
    /// @throws TransportException `REFUSED` where [TransportTraits#takesStreams()] says no, and,
    ///   with a [SourceException] inside, when the writer failed; `EXISTS` for a taken key under
    ///   [PutMode#CREATE]
    /// @throws CancelledException after the cancellation was requested
    default StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        throw new TransportException(
                TransportException.Kind.REFUSED,
                "put " + key + ": this destination must know the size of an object beforehand");
    }

    /// Stores a folder with all that is in it, visible whole or not at all: types, modes, numeric
    /// owners, times, links, holes, extended attributes and access lists. A file that an earlier
    /// tree at the place has too, alike in all of these, is neither sent nor stored again. The tree
    /// counts as one object: [#stat] and [#list] tell its key alone, with a size that says nothing.
    /// A tree that has the key already is replaced in one step.
    ///
    /// With a journal, a try that fails for a reason that may pass leaves what arrived, and the
    /// next one with the same tree goes on from there.
    ///
    /// @throws TransportException `REFUSED` where the place keeps no trees; `CORRUPT` when what the
    ///   place has is not what was sent, and then nothing is left
    /// @throws CancelledException after the cancellation was requested
    default void putTree(
            ObjectKey key, TreeContent tree, UploadJournal journal, Cancellation cancellation)
            throws TransportException, CancelledException {
        throw new TransportException(
                TransportException.Kind.REFUSED,
                "put " + key + ": this destination keeps no trees");
    }

    /// Looks whether a tree is there, without fetching it.
    ///
    /// @return empty if there is none of this key, as anywhere that keeps no trees
    /// @throws CancelledException after the cancellation was requested
    default Optional<TreeMark> findTree(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return Optional.empty();
    }

    /// Fetches a tree. What arrives is not proven by anything: the caller compares it with what the
    /// tree must be.
    ///
    /// @param into an empty folder that nobody but root can enter; after a failure anything may lie
    ///   in it
    /// @param mostBytes so much may its files have together; a place that sends more is stopped
    ///   soon after
    /// @throws TransportException `MISSING` if there is no tree of this key; `REFUSED` where the
    ///   place keeps no trees; `CORRUPT` where it sends more
    /// @throws CancelledException after the cancellation was requested
    default void readTree(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
            throws TransportException, CancelledException {
        throw new TransportException(
                TransportException.Kind.REFUSED,
                "read " + key + ": this destination keeps no trees");
    }

    /// Gives what lies in a tree to a visitor: what has the path itself, first, and, of a folder,
    /// what is right in it or all below. Nothing is fetched, and no link is followed. A listing is
    /// given on only when it is whole, so a visitor sees each entry once.
    ///
    /// @param part empty for the top of the tree, which itself is not given
    /// @param deep whether all below a folder comes, too
    /// @throws TransportException `MISSING` if there is no tree of this key; `REFUSED` where the
    ///   place keeps no trees, and when it lists what is no listing of a tree
    /// @throws CancelledException after the cancellation was requested
    default void listTree(
            ObjectKey key,
            Optional<TreePath> part,
            boolean deep,
            TreeVisitor visitor,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        throw new TransportException(
                TransportException.Kind.REFUSED,
                "list " + key + ": this destination keeps no trees");
    }

    /// Fetches what has one path in a tree, with all below it, as [#readTree] does. The folders
    /// above it come, too, without what else is in them. No link is followed. What the tree does
    /// not have is not fetched, and no failure.
    ///
    /// @param mostBytes how much its files may have together, as they were listed: a larger file is
    ///   not fetched, and where more comes the call fails
    /// @param into as with [#readTree]
    /// @throws TransportException `MISSING` if there is no tree of this key; `REFUSED` where the
    ///   place keeps no trees; `CORRUPT` where it sends more
    /// @throws CancelledException after the cancellation was requested
    default void readTreePart(
            ObjectKey key, TreePath part, long mostBytes, Path into, Cancellation cancellation)
            throws TransportException, CancelledException {
        throw new TransportException(
                TransportException.Kind.REFUSED,
                "read " + key + ": this destination keeps no trees");
    }

    /// Removes a tree; an absent one is success. It loses its key first, so that what is half
    /// removed is never taken for whole. Trees that share files with it stay whole.
    ///
    /// @throws TransportException `REFUSED` where the place keeps no trees
    default void deleteTree(ObjectKey key) throws TransportException {
        throw new TransportException(
                TransportException.Kind.REFUSED,
                "delete " + key + ": this destination keeps no trees");
    }

    /// Takes back what an upload left at the place, where it stays, invisible, and takes room: for
    /// journals whose put will not be tried again. Only uploads that a journal recorded can be
    /// taken back, since nothing at the place tells ours from another program's. An upload that is
    /// gone or was finished is success, and a finished object stays, and so does all of other
    /// uploads; the state of another driver changes nothing. Once it returns, nothing is left; a
    /// driver whose uploads leave nothing does nothing.
    ///
    /// @param state what [UploadJournal#recorded()] gave
    /// @throws TransportException `REFUSED` if the upload lies outside this destination's folder
    default void abandon(UploadState state) throws TransportException {}

    /// Reads an object or a part of it. A range that begins at or past the end is `RANGE`; one that
    /// reaches past it is cut.
    ///
    /// @throws TransportException `MISSING` for an absent key
    /// @throws CancelledException after the cancellation was requested
    <R> R read(ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException;

    /// Whether parts of an object are read without the bytes before them, asked of the place where
    /// only that can tell: some give the right bytes and send all those before them, too. Nobody
    /// need ask who reads little.
    ///
    /// @throws TransportException `MISSING` or another kind if it had to be asked and does not say
    default boolean readsParts(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return traits().readsRanges();
    }

    /// The object's facts, empty if it is not there.
    Optional<ObjectInfo> stat(ObjectKey key) throws TransportException;

    /// Gives each object whose key begins with `prefix` followed by `/` (all objects for the empty
    /// prefix) to the visitor, once, in no promised order. Objects still being written are not
    /// listed.
    void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException;

    /// Removes exactly this object; an absent one is success.
    void delete(ObjectKey key) throws TransportException;

    /// Removes a folder that holds nothing, where folders are things of their own and the protocol
    /// itself refuses to remove one that holds something; elsewhere does nothing. An upload that
    /// needs the folder at the same time makes it again.
    ///
    /// @param folder what keys begin with, followed by `/`
    /// @return whether a folder was removed; one that is absent, or stays, is no failure
    default boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        return false;
    }

    /// The space left, empty where the place cannot tell.
    Optional<Capacity> capacity() throws TransportException;

    @Override
    void close() throws TransportException;
}
