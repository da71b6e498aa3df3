package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Where components put the members of an archive. One thread. Parent folders that nobody put are
/// written by the sink itself, as root's, before their first member; a folder is written once,
/// whoever puts it again.
public interface ArchiveSink {
    /// Adds a member without content: a folder or a link.
    ///
    /// @throws IOException if the archive cannot be written
    void add(ArchiveEntry entry) throws IOException;

    /// Adds a regular file. The body is read until the declared size (or the sum of the data
    /// regions) is reached; one that ends early is filled up with zeros.
    ///
    /// @return how many bytes the body gave, at most the declared number: less means that the file
    ///   shrank
    /// @throws IOException if the archive cannot be written; failures of the body come through as
    ///   they are
    long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException;

    /// Adds the members of a run, at once or later, but before anything that is added after it.
    ///
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    default void add(ArchiveRun run) throws IOException {
        boolean _ = run.addTo(this);
        run.added(ArchiveRun.Origin.READ);
    }

    /// Offers a regular file before it is opened. A sink that holds it already from an earlier run,
    /// unchanged by all that is said of it, adds the member without its content being read; then
    /// there is nothing more to do for this file. Else the file is to be added as usual, and the
    /// sink may remember what it was offered last, so that a later run can know it again.
    ///
    /// @return whether the member was added
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    default boolean addUnchanged(SourceFile file) throws IOException {
        return false;
    }

    /// How many bytes, headers included, the next member may have where room is short.
    default long room() {
        return Long.MAX_VALUE;
    }

    /// Whether members lie one behind the other, so that their order decides how much two archives
    /// have in common in one piece.
    default boolean isSequence() {
        return true;
    }

    /// Returns when everything that was added is in the archive, and all runs know.
    ///
    /// @throws IOException if the archive cannot be written
    default void settle() throws IOException {}

    /// The time that metadata members carry, in seconds since 1970: the slot's, not now.
    long metadataTime();

    /// Adds a small file of root's.
    default void addText(String path, int mode, String content) throws IOException {
        addBytes(path, mode, LosslessText.encode(content));
    }

    /// Adds a small file of root's.
    default void addBytes(String path, int mode, byte[] content) throws IOException {
        Attributes attributes = Attributes.ofRoot(mode, metadataTime());
        ByteBuffer bytes = ByteBuffer.wrap(content);
        add(
                ArchiveEntry.RegularFile.of(BytePath.of(path), attributes, content.length),
                target -> {
                    if (!bytes.hasRemaining()) {
                        return -1;
                    }
                    int count = Math.min(bytes.remaining(), target.remaining());
                    target.put(bytes.slice(bytes.position(), count));
                    bytes.position(bytes.position() + count);
                    return count;
                });
    }

    /// Adds a folder of root's.
    default void addFolder(String path, int mode) throws IOException {
        add(new ArchiveEntry.Folder(BytePath.of(path), Attributes.ofRoot(mode, metadataTime())));
    }
}
