package dev.packhorse.engine.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/// A path of a [FaultyFileSystem].
record FaultyPath(FaultyFileSystem system, Path plain) implements Path {
    private Path wrapped(Path path) {
        return new FaultyPath(system, FaultyFiles.plain(path));
    }

    private @Nullable Path orNull(@Nullable Path path) {
        return path == null ? null : wrapped(path);
    }

    @Override
    public FaultyFileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return plain.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return orNull(plain.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return orNull(plain.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return orNull(plain.getParent());
    }

    @Override
    public int getNameCount() {
        return plain.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return wrapped(plain.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return wrapped(plain.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return plain.startsWith(FaultyFiles.plain(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return plain.endsWith(FaultyFiles.plain(other));
    }

    @Override
    public Path normalize() {
        return wrapped(plain.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return wrapped(plain.resolve(FaultyFiles.plain(other)));
    }

    @Override
    public Path relativize(Path other) {
        return wrapped(plain.relativize(FaultyFiles.plain(other)));
    }

    @Override
    public URI toUri() {
        return plain.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return wrapped(plain.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return wrapped(plain.toRealPath(options));
    }

    @Override
    public WatchKey register(
            WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return plain.compareTo(FaultyFiles.plain(other));
    }

    @Override
    public String toString() {
        return plain.toString();
    }
}
