package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.archive.IndexedArchive;
import dev.packhorse.engine.archive.IndexedSource;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.transport.spi.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An archive of this server's own, here or at a destination, open to be read by its index. One
/// thread.
final class IndexedFile implements AutoCloseable {
    private final Closeable archive;
    private final FileChannel index;
    private final IndexedSource source;
    private final Manifest manifest;

    /// @param content of the archive
    /// @param archive closed with this
    /// @param index proven to be the archive's; closed with this
    /// @param folder an empty folder for root alone, for members that are asked for as files
    /// @throws IndexException if the index cannot be read
    IndexedFile(
            RangeSource content,
            Closeable archive,
            FileChannel index,
            Manifest manifest,
            Path folder)
            throws IOException {
        this.archive = archive;
        this.index = index;
        this.manifest = manifest;
        ArchiveIndex table = ArchiveIndex.open(RangeSource.of(index));
        this.source = new IndexedSource(new IndexedArchive(content, table), folder);
    }

    /// Opens a file of this server, if the index is the one that the manifest names.
    ///
    /// @param manifest proven to be this server's own
    /// @param folder an empty folder for root alone, for members that are asked for as files
    static Optional<IndexedFile> open(Path archive, Path index, Manifest manifest, Path folder)
            throws IOException {
        boolean fit =
                Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(archive) == manifest.archive().sizeBytes()
                        && isNamed(manifest, index);
        if (!fit) {
            return Optional.empty();
        }
        FileChannel file = open(archive);
        FileChannel table = null;
        boolean opened = false;
        try {
            table = open(index);
            IndexedFile both = new IndexedFile(RangeSource.of(file), file, table, manifest, folder);
            opened = true;
            return Optional.of(both);
        } catch (IndexException _) {
            // An index of another version, say: then everything is read.
            return Optional.empty();
        } finally {
            if (!opened) {
                file.close();
                if (table != null) {
                    table.close();
                }
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isNamed(Manifest manifest, Path index) throws IOException {
        String name = String.valueOf(index.getFileName());
        for (Manifest.ArchiveFile file : manifest.beside()) {
            if (file.name().equals(name)) {
                return file.sizeBytes() == Files.size(index)
                        && file.sha256().equals(Sha256.of(index));
            }
        }
        return false;
    }

    IndexedSource source() {
        return source;
    }

    Manifest manifest() {
        return manifest;
    }

    long sizeBytes() {
        return manifest.archive().sizeBytes();
    }

    /// What the manifest says; nothing was counted.
    ArchiveFacts facts() {
        return new ArchiveFacts(
                manifest.account(),
                "",
                manifest.archive().sha256(),
                0,
                0,
                0,
                0,
                true,
                Set.of(),
                List.of());
    }

    @Override
    public void close() throws IOException {
        try (archive;
                index) {
            source.close();
        }
    }
}
