package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.archive.IndexedArchive;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// An archive file that is read by its side index. What the index says is believed because the
/// manifest names its digest; each segment that is read is compared with the index.
final class OpenedFile implements OpenedArchive {
    private final ArchiveIndex index;
    private final IndexedArchive content;
    private final List<FileChannel> files;

    /// @param files closed with this
    /// @throws IndexException if the index cannot be read or does not belong to the archive
    OpenedFile(RangeSource archive, RangeSource index, List<FileChannel> files) throws IOException {
        this.index = ArchiveIndex.open(index);
        if (archive.size() != this.index.facts().archiveBytes()) {
            throw new IndexException("it belongs to an archive of another size");
        }
        this.content = new IndexedArchive(archive, this.index);
        this.files = List.copyOf(files);
    }

    static OpenedFile open(KeptArchives kept, KeptArchive archive) throws IOException {
        Path file = kept.directory().place(archive.key());
        Path indexFile = kept.directory().place(BackupDirectory.indexKey(archive.key()));
        String remedy =
                "make one with: packhorse index " + archive.account() + " " + archive.when();
        if (!Files.isRegularFile(indexFile, LinkOption.NOFOLLOW_LINKS)) {
            throw new ArchiveException(Kind.ABSENT, file + " has no index; " + remedy);
        }
        Optional<Manifest> manifest = kept.manifest(archive.key());
        if (manifest.isPresent() && !isNamed(manifest.get(), indexFile)) {
            throw new ArchiveException(
                    Kind.DAMAGED,
                    indexFile + " is not the index that the manifest names; " + remedy);
        }
        try {
            return open(file, indexFile);
        } catch (IndexException e) {
            throw new ArchiveException(
                    Kind.DAMAGED, indexFile + ": " + e.getMessage() + "; " + remedy, e);
        }
    }

    private static OpenedFile open(Path file, Path indexFile) throws IOException {
        FileChannel archive = open(file);
        FileChannel index = null;
        boolean opened = false;
        try {
            index = open(indexFile);
            OpenedFile both =
                    new OpenedFile(
                            RangeSource.of(archive),
                            RangeSource.of(index),
                            List.of(archive, index));
            opened = true;
            return both;
        } finally {
            if (!opened) {
                archive.close();
                if (index != null) {
                    index.close();
                }
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isNamed(Manifest manifest, Path indexFile) throws IOException {
        String name = String.valueOf(indexFile.getFileName());
        for (Manifest.ArchiveFile file : manifest.beside()) {
            if (file.name().equals(name)) {
                return file.sizeBytes() == Files.size(indexFile)
                        && file.sha256().equals(Sha256.of(indexFile));
            }
        }
        return false;
    }

    @Override
    public void list(Optional<BytePath> path, boolean deep, Visitor visitor) throws IOException {
        long count = content.list(path, deep, located -> visitor.visit(listed(located.entry())));
        if (count == 0 && path.isPresent() && index.find(path.get()).isEmpty()) {
            throw new ArchiveException(Kind.ABSENT, path.get() + ": not in the archive");
        }
    }

    private static ListedEntry listed(IndexEntry entry) {
        return new ListedEntry(
                entry.path(),
                entry.kind(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.sizeBytes(),
                entry.mtimeSeconds(),
                entry.mtimeNanos());
    }

    @Override
    public void copy(BytePath path, OutputStream target) throws IOException {
        content.copy(path, target);
    }

    @Override
    public void copyTar(BytePath path, OutputStream target, Consumer<String> leftOut)
            throws IOException {
        content.copyTar(
                path,
                target,
                each -> leftOut.accept(each + ": its file has another name elsewhere"));
    }

    @Override
    public long bytesRead() {
        return content.bytesRead();
    }

    @Override
    public void close() throws IOException {
        try (content) {
            for (FileChannel file : files) {
                file.close();
            }
        }
    }
}
