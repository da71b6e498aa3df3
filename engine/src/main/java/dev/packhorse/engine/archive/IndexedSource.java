package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.LosslessText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// An archive of this server's own, of which only what is asked for is read, by its index. For
/// archives whose manifest proves them and names the index: nothing is judged beforehand, but each
/// segment that is read must be what the index says. One thread.
public final class IndexedSource implements ArchiveSource, AutoCloseable {
    private static final long MOST_TEXT_BYTES = 16L << 20;

    private final IndexedArchive archive;
    private final Path folder;
    private final Map<String, Path> unpacked = new HashMap<>();

    /// @param archive closed with this
    /// @param folder an empty folder for root alone, for members that are asked for as files; the
    ///   caller's to remove
    public IndexedSource(IndexedArchive archive, Path folder) {
        this.archive = archive;
        this.folder = folder;
    }

    @Override
    public Optional<Path> file(String path) {
        try {
            if (unpacked.containsKey(path) || find(path).isEmpty()) {
                return Optional.ofNullable(unpacked.get(path));
            }
            Path file =
                    Files.createFile(
                            folder.resolve(Integer.toString(unpacked.size())),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            try (OutputStream target = Files.newOutputStream(file)) {
                archive.copy(BytePath.of(path), target);
            }
            unpacked.put(path, file);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read %s of the archive: %s".formatted(path, e.getMessage()), e);
        }
    }

    /// The file of a path; links and folders are none.
    private Optional<ArchiveIndex.Located> find(String path) throws IOException {
        return plain(path).isEmpty()
                ? Optional.empty()
                : archive.index()
                        .find(plain(path).get())
                        .filter(found -> found.entry().kind() == EntryKind.FILE);
    }

    private static Optional<BytePath> plain(String path) {
        String text = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (String name : text.split("/", -1)) {
            if (!ByteName.isValid(ByteString.of(name))) {
                return Optional.empty();
            }
        }
        return Optional.of(BytePath.of(text));
    }

    @Override
    public List<String> names(String path) {
        Optional<BytePath> wanted = plain(path);
        TreeSet<String> names = new TreeSet<>();
        try {
            if (wanted.isPresent()) {
                archive.list(
                        wanted,
                        false,
                        found -> {
                            if (!found.entry().path().equals(wanted.get())) {
                                names.add(found.entry().path().name().toString());
                            }
                        });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot list %s of the archive: %s".formatted(path, e.getMessage()), e);
        }
        return List.copyOf(names);
    }

    @Override
    public Optional<String> text(String path) throws IOException {
        Optional<ArchiveIndex.Located> found = find(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.get().entry().sizeBytes() > MOST_TEXT_BYTES) {
            throw new ArchiveException(Kind.LIMIT, path + ": a text of more than 16 MiB");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        archive.copy(BytePath.of(path), bytes);
        return Optional.of(LosslessText.decode(bytes.toByteArray()));
    }

    @Override
    public void forEach(BytePath below, EntryVisitor visitor) throws IOException {
        archive.forEach(below, visitor);
    }

    /// How many bytes of the archive were read so far.
    public long bytesRead() {
        return archive.bytesRead();
    }

    @Override
    public void close() {
        archive.close();
    }
}
