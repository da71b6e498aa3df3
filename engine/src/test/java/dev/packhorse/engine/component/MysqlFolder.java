package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A folder in the place of an archive: what a module puts into it it finds there again.
final class MysqlFolder implements ArchiveSink, ArchiveSource {
    private final Path folder;

    MysqlFolder(Path folder) {
        this.folder = folder;
    }

    Path path(String member) {
        return folder.resolve(member);
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        if (!(entry instanceof ArchiveEntry.Folder)) {
            throw new IOException("not a folder: " + entry.path());
        }
        Files.createDirectories(path(entry.path().toString()));
    }

    @Override
    public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
        Path file = path(entry.path().toString());
        Files.createDirectories(file.getParent());
        long written = 0;
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (body.read(buffer.clear()) >= 0) {
                written += out.write(buffer.flip());
            }
        }
        if (written != entry.sizeBytes()) {
            throw new IOException(written + " bytes instead of " + entry.sizeBytes());
        }
        return written;
    }

    @Override
    public long metadataTime() {
        return 1_700_000_000;
    }

    @Override
    public Optional<Path> file(String path) {
        return Optional.of(path(path)).filter(Files::isRegularFile);
    }

    @Override
    public List<String> names(String below) {
        if (!Files.isDirectory(path(below))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path(below))) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> text(String path) throws IOException {
        return Files.exists(path(path))
                ? Optional.of(Files.readString(path(path)))
                : Optional.empty();
    }

    @Override
    public void forEach(BytePath below, EntryVisitor visitor) {
        throw new IllegalStateException("the module has no business in " + below);
    }
}
