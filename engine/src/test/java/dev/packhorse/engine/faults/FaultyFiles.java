package dev.packhorse.engine.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The machine's files behind a layer that every change goes through: an open, a write, a sync, a
/// close, a rename, a link, a new folder, a deletion, a change of attributes. [Faults] makes one of
/// them fail, [RecordedDisk] remembers which of them a power cut would undo.
public final class FaultyFiles extends FileSystemProvider {
    private static final Set<OpenOption> CHANGING =
            Set.of(
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.DELETE_ON_CLOSE);

    final FileSystemProvider real = FileSystems.getDefault().provider();
    private final Changes changes;
    private final AtomicLong handles = new AtomicLong();
    private final FaultyFileSystem system = new FaultyFileSystem(this);

    private FaultyFiles(Changes changes) {
        this.changes = changes;
    }

    /// A path to the same file, through the layer.
    public static Path of(Path path, Changes changes) {
        return new FaultyFiles(changes).wrapped(path);
    }

    FaultyPath wrapped(Path path) {
        return path instanceof FaultyPath already ? already : new FaultyPath(system, path);
    }

    public static Path plain(Path path) {
        return path instanceof FaultyPath wrapped ? wrapped.plain() : path;
    }

    private Change.Open opening(Path path, Set<? extends OpenOption> options) {
        boolean makes =
                (options.contains(StandardOpenOption.CREATE)
                                || options.contains(StandardOpenOption.CREATE_NEW))
                        && !Files.exists(plain(path), LinkOption.NOFOLLOW_LINKS);
        return new Change.Open(
                handles.incrementAndGet(),
                plain(path),
                options.stream().anyMatch(CHANGING::contains),
                makes,
                options.contains(StandardOpenOption.TRUNCATE_EXISTING));
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel newFileChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Change.Open opening = opening(path, options);
        return new FaultyChannel(
                changes.make(opening, () -> real.newFileChannel(plain(path), options, attributes)),
                changes,
                opening,
                options.contains(StandardOpenOption.APPEND));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
        changes.look(plain(folder));
        DirectoryStream<Path> names =
                real.newDirectoryStream(plain(folder), path -> filter.accept(wrapped(path)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> each = names.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        try {
                            changes.look(plain(folder));
                        } catch (IOException e) {
                            throw new DirectoryIteratorException(e);
                        }
                        return each.hasNext();
                    }

                    @Override
                    public Path next() {
                        return wrapped(each.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                names.close();
            }
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        changes.run(
                new Change.MakeFolder(plain(folder)),
                () -> real.createDirectory(plain(folder), attributes));
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
            throws IOException {
        changes.run(
                new Change.SymbolicLink(plain(link)),
                () -> real.createSymbolicLink(plain(link), plain(target), attributes));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        changes.run(
                new Change.Link(plain(link), plain(existing)),
                () -> real.createLink(plain(link), plain(existing)));
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return wrapped(real.readSymbolicLink(plain(link)));
    }

    @Override
    public void delete(Path path) throws IOException {
        changes.run(new Change.Remove(plain(path)), () -> real.delete(plain(path)));
    }

    @Override
    public boolean deleteIfExists(Path path) throws IOException {
        return changes.make(new Change.Remove(plain(path)), () -> real.deleteIfExists(plain(path)));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        changes.run(
                new Change.Copy(plain(target)),
                () -> real.copy(plain(source), plain(target), options));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        changes.run(
                new Change.Move(plain(source), plain(target)),
                () -> real.move(plain(source), plain(target), options));
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return real.isSameFile(plain(one), plain(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(plain(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        changes.look(plain(path));
        return real.getFileStore(plain(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        changes.look(plain(path));
        real.checkAccess(plain(path), modes);
    }

    // Changes through a view are not counted: what is written this way is written by calls above.
    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return real.getFileAttributeView(plain(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
            Path path, Class<A> type, LinkOption... options) throws IOException {
        changes.look(plain(path));
        return real.readAttributes(plain(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
            throws IOException {
        return real.readAttributes(plain(path), attributes, options);
    }

    @Override
    public void setAttribute(
            Path path, String attribute, @Nullable Object value, LinkOption... options)
            throws IOException {
        changes.run(
                new Change.SetAttribute(plain(path)),
                () -> real.setAttribute(plain(path), attribute, value, options));
    }
}
