package dev.packhorse.transport.local;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancellableRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Objects as files below one folder that only root can change. An object is written under a hidden
/// name beside its place, synced, and renamed; the folder is synced too. Symbolic links below the
/// folder are never followed to an object.
public final class LocalTransport implements Transport {
    private static final TransportTraits TRAITS =
            new TransportTraits(true, true, Resumption.NONE, OptionalLong.empty(), 16)
                    .takingStreams();

    private static final TransportTraits WITHOUT_LINKS =
            new TransportTraits(true, false, Resumption.NONE, OptionalLong.empty(), 16)
                    .takingStreams();

    private final Path root;
    private final HardLinks links = new HardLinks();

    /// @param root an existing folder
    /// @throws TransportException `MISSING` if there is no such folder, another kind if that cannot
    ///   be told
    public LocalTransport(Path root) throws TransportException {
        try {
            if (!Files.readAttributes(root, BasicFileAttributes.class).isDirectory()) {
                throw new NoSuchFileException(root.toString());
            }
        } catch (NoSuchFileException e) {
            throw new TransportException(Kind.MISSING, "open " + root + ": no such folder", e);
        } catch (IOException e) {
            throw LocalErrors.of("open", root, e);
        }
        this.root = root;
    }

    /// Whether it creates exclusively shows when the first object is created.
    @Override
    public TransportTraits traits() {
        return links.mayBeThere() ? TRAITS : WITHOUT_LINKS;
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            new LocalJournal(root, key, journal)
                    .run(
                            new LocalUpload(root, key, links),
                            LocalUpload.of(key, content, cancellation),
                            mode);
            return stored(key);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw LocalErrors.of("put", key, e);
        }
    }

    private ObjectInfo stored(ObjectKey key) throws TransportException {
        return stat(key)
                .orElseThrow(
                        () -> new TransportException(Kind.CORRUPT, "put " + key + ": it is gone"));
    }

    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            String sha256 =
                    new LocalStream(root, key, journal, links).run(writer, mode, cancellation);
            return new StreamedObject(stored(key), sha256);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw LocalErrors.of("put", key, e);
        }
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        try {
            LocalJournal.takeBack(root, state);
        } catch (IOException e) {
            throw LocalErrors.of("abandon upload in", root, e);
        }
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        try (SeekableByteChannel file = openForReading(key)) {
            if (!range.isAll() && range.offset() >= file.size()) {
                throw new TransportException(
                        Kind.RANGE,
                        "read "
                                + key
                                + ": offset "
                                + range.offset()
                                + " is past the end at "
                                + file.size());
            }
            file.position(range.offset());
            InputStream bytes = Channels.newInputStream(file);
            return reader.read(new CancellableRange(bytes, range.length(), cancellation));
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw LocalErrors.of("read", key, e);
        }
    }

    private SeekableByteChannel openForReading(ObjectKey key) throws IOException {
        Path file = place(key);
        if (!attributes(file).filter(BasicFileAttributes::isRegularFile).isPresent()) {
            throw new NoSuchFileException(file.toString());
        }
        return Files.newByteChannel(
                file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        try {
            return attributes(place(key))
                    .filter(BasicFileAttributes::isRegularFile)
                    .map(attributes -> info(key, attributes));
        } catch (IOException e) {
            throw LocalErrors.of("stat", key, e);
        }
    }

    /// Empty if nothing has that path. A disk that cannot tell is not one that has nothing: a
    /// caller would take what is there for lost.
    private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (LocalErrors.isBelowAFile(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static ObjectInfo info(ObjectKey key, BasicFileAttributes attributes) {
        return new ObjectInfo(
                key, attributes.size(), Optional.of(attributes.lastModifiedTime().toInstant()));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        Path start = prefix.isEmpty() ? root : place(new ObjectKey(prefix));
        try {
            if (attributes(start).filter(BasicFileAttributes::isDirectory).isPresent()) {
                Files.walkFileTree(start, new LocalListing(root, visitor, cancellation));
            }
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw LocalErrors.of("list", prefix.isEmpty() ? "/" : prefix, e);
        }
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        Path file = place(key);
        try {
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (Files.deleteIfExists(file)) {
                LocalUpload.syncFolder(LocalUpload.parentOf(file));
            }
        } catch (NotDirectoryException e) {
            return;
        } catch (IOException e) {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            throw LocalErrors.of("delete", key, e);
        }
    }

    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        Path path = place(folder);
        try {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Files.delete(path);
            LocalUpload.syncFolder(LocalUpload.parentOf(path));
            return true;
        } catch (DirectoryNotEmptyException | NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw LocalErrors.of("remove folder", folder, e);
        }
    }

    @Override
    public Optional<Capacity> capacity() throws TransportException {
        try {
            FileStore store = Files.getFileStore(root);
            return Optional.of(new Capacity(store.getTotalSpace(), store.getUsableSpace()));
        } catch (IOException e) {
            throw LocalErrors.of("capacity of", root, e);
        }
    }

    @Override
    public void close() {}

    /// A key's grammar has no `..`, so the place lies below the root.
    private Path place(ObjectKey key) {
        return root.resolve(key.value());
    }
}
