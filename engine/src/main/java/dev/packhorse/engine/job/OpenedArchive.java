package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/// An archive or a tree, opened to look for single files. One thread.
public sealed interface OpenedArchive extends AutoCloseable
        permits OpenedFile, OpenedTree, FarOpenedTree {
    /// Opens an archive by its side index, or a tree.
    ///
    /// @throws ArchiveException if there is no index, or it is not the one that belongs to the
    ///   archive; the message says what to do
    static OpenedArchive open(KeptArchives kept, KeptArchive archive) throws IOException {
        return archive.form() == ArchiveForm.INCREMENTAL
                ? OpenedTree.open(kept.directory().place(archive.key()))
                : OpenedFile.open(kept, archive);
    }

    /// Visits the entries right in a folder, or the one entry of anything else.
    ///
    /// @param path empty for the top of the archive
    /// @param deep whether all below a folder comes too, with the folder itself
    /// @throws ArchiveException ABSENT if there is no such path
    void list(Optional<BytePath> path, boolean deep, Visitor visitor) throws IOException;

    /// Writes a file's content, holes as zeros. Links are not followed.
    ///
    /// @throws ArchiveException ABSENT if there is no such path, or it is no file
    void copy(BytePath path, OutputStream target) throws IOException;

    /// Writes a folder and all below it, or a file, as a tar archive of its own.
    ///
    /// @param leftOut told what is left out, and why: of an archive further names of files that lie
    ///   elsewhere, since nothing could make them
    /// @throws ArchiveException ABSENT if there is no such path
    void copyTar(BytePath path, OutputStream target, Consumer<String> leftOut) throws IOException;

    /// How many bytes of the archive were read so far; of a tree, of its files.
    long bytesRead();

    @Override
    void close() throws IOException;

    /// Takes entries.
    @FunctionalInterface
    interface Visitor {
        void visit(ListedEntry entry) throws IOException;
    }
}
