package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps what work on a host's files changes, so that it can be put back. What somebody else
/// changed after the work did is left alone and told. One thread.
public final class HostUndo implements HostWatch {
    private final HostFiles files;
    private final Path folder;
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private int copies;

    /// @param root whose changes are watched
    /// @param folder an empty folder for root alone, for former contents
    public HostUndo(HostRoot root, Path folder) {
        this.files = new HostFiles(new HostRoot(root.folder()));
        this.folder = folder;
    }

    /// What a path was, and what the work made of it.
    private record Kept(Before before, Optional<FileStat> after) {}

    private sealed interface Before {
        record Absent() implements Before {}

        record Folder() implements Before {}

        record Link(ByteString target) implements Before {}

        record Content(Path copy, FileRights rights) implements Before {}
    }

    /// Forgets what was changed so far: it stays.
    public void begin() {
        kept.clear();
    }

    @Override
    public void before(String path) throws IOException {
        if (!kept.containsKey(path)) {
            kept.put(path, new Kept(look(path), files.stat(path)));
        }
    }

    @Override
    public void after(String path) throws IOException {
        Kept known = kept.get(path);
        if (known != null) {
            kept.put(path, new Kept(known.before(), files.stat(path)));
        }
    }

    private Before look(String path) throws IOException {
        Optional<FileStat> stat = files.stat(path);
        if (stat.isEmpty()) {
            return new Before.Absent();
        }
        return switch (stat.get().type()) {
            case DIRECTORY -> new Before.Folder();
            case SYMLINK -> new Before.Link(files.readLink(path));
            case REGULAR -> new Before.Content(copy(path), FileRights.of(stat.get()));
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                    throw new IOException(path + " is neither a file nor a folder");
        };
    }

    private Path copy(String path) throws IOException {
        Path copy = folder.resolve(Integer.toString(copies++));
        int slash = path.lastIndexOf('/');
        try (Directory above = files.open(slash == 0 ? "/" : path.substring(0, slash));
                PosixFile file = above.openForReading(ByteName.of(path.substring(slash + 1)));
                InputStream content = file.asInputStream()) {
            Files.copy(content, copy);
        }
        return copy;
    }

    /// Puts back what was changed since [#begin], the last change first.
    ///
    /// @return a sentence for each path that is not as it was
    public List<String> undo() {
        List<String> left = new ArrayList<>();
        for (Map.Entry<String, Kept> each : List.copyOf(kept.entrySet()).reversed()) {
            try {
                undo(each.getKey(), each.getValue()).ifPresent(left::add);
            } catch (IOException e) {
                left.add(each.getKey() + " could not be put back: " + e.getMessage());
            }
        }
        kept.clear();
        return left;
    }

    private Optional<String> undo(String path, Kept was) throws IOException {
        Optional<FileStat> now = files.stat(path);
        if (!isSame(now, was.after())) {
            return Optional.of(path + " was changed by somebody else meanwhile and was left");
        }
        switch (was.before()) {
            case Before.Absent _ -> remove(path, now);
            case Before.Folder _ -> {
                // it was only looked at: folders are made, never changed
            }
            case Before.Link(ByteString target) -> {
                files.remove(path);
                files.makeSymlink(path, target);
            }
            case Before.Content(Path copy, FileRights rights) -> write(path, copy, rights);
        }
        return Optional.empty();
    }

    private static boolean isSame(Optional<FileStat> one, Optional<FileStat> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() && other.isEmpty();
        }
        if (one.get().type() == FileType.DIRECTORY) {
            // what is put into it changes its time and size
            return one.get().inode() == other.get().inode();
        }
        return one.get().inode() == other.get().inode()
                && one.get().sizeBytes() == other.get().sizeBytes()
                && one.get().mtimeSeconds() == other.get().mtimeSeconds()
                && one.get().mtimeNanos() == other.get().mtimeNanos();
    }

    private void remove(String path, Optional<FileStat> now) throws IOException {
        if (now.isEmpty()) {
            return;
        }
        switch (now.get().type()) {
            case DIRECTORY -> removeFolder(path);
            case REGULAR, SYMLINK -> files.remove(path);
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                    throw new IOException("it is neither a file nor a folder now");
        }
    }

    private void removeFolder(String path) throws IOException {
        try {
            files.removeFolder(path);
        } catch (PosixException e) {
            throw new IOException("somebody put something into it", e);
        }
    }

    private void write(String path, Path copy, FileRights rights) throws IOException {
        if (Files.size(copy) <= HostFiles.DEFAULT_LIMIT) {
            files.write(path, Files.readAllBytes(copy), rights);
            return;
        }
        int slash = path.lastIndexOf('/');
        try (InputStream content = Files.newInputStream(copy)) {
            new HostContent(files)
                    .write(
                            path.substring(0, slash),
                            ByteName.of(path.substring(slash + 1)),
                            content,
                            rights);
        }
    }
}
