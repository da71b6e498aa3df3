package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A tree, read by descriptors: customers' links in it lead nowhere.
final class OpenedTree implements OpenedArchive {
    private static final int BLOCK = 1 << 16;

    private final Directory top;
    private long bytesRead;

    private OpenedTree(Directory top) {
        this.top = top;
    }

    static OpenedTree open(Path folder) throws IOException {
        return new OpenedTree(Directory.openTrusted(folder));
    }

    @Override
    public void list(Optional<BytePath> path, boolean deep, Visitor visitor) throws IOException {
        if (path.isEmpty()) {
            visitAll(top, Optional.empty(), deep, visitor);
            return;
        }
        FileStat stat = stat(path.get());
        if (stat.type() != FileType.DIRECTORY || deep) {
            visit(path.get(), stat, visitor);
        }
        if (stat.type() == FileType.DIRECTORY) {
            try (Directory folder = top.openBeneath(path.get())) {
                visitAll(folder, path, deep, visitor);
            }
        }
    }

    private static void visitAll(
            Directory folder, Optional<BytePath> path, boolean deep, Visitor visitor)
            throws IOException {
        for (ByteName name : folder.list()) {
            BytePath below = path.isPresent() ? path.get().resolve(name) : BytePath.of(name);
            FileStat stat = folder.stat(name);
            visit(below, stat, visitor);
            if (deep && stat.type() == FileType.DIRECTORY) {
                try (Directory inner = folder.open(name)) {
                    visitAll(inner, Optional.of(below), true, visitor);
                }
            }
        }
    }

    private static void visit(BytePath path, FileStat stat, Visitor visitor) throws IOException {
        Optional<EntryKind> kind = kind(stat.type());
        if (kind.isPresent()) {
            visitor.visit(
                    new ListedEntry(
                            path,
                            kind.get(),
                            stat.mode(),
                            stat.uid(),
                            stat.gid(),
                            kind.get() == EntryKind.FILE ? stat.sizeBytes() : 0,
                            stat.mtimeSeconds(),
                            stat.mtimeNanos()));
        }
    }

    /// No tree holds anything else.
    private static Optional<EntryKind> kind(FileType type) {
        return switch (type) {
            case REGULAR -> Optional.of(EntryKind.FILE);
            case DIRECTORY -> Optional.of(EntryKind.FOLDER);
            case SYMLINK -> Optional.of(EntryKind.SYMLINK);
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> Optional.empty();
        };
    }

    private FileStat stat(BytePath path) throws IOException {
        List<ByteName> names = path.names();
        try {
            if (names.size() == 1) {
                return top.stat(names.getFirst());
            }
            int end = path.value().lastIndexOf('/');
            try (Directory parent = top.openBeneath(new BytePath(path.value().substring(0, end)))) {
                return parent.stat(names.getLast());
            }
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                throw new ArchiveException(Kind.ABSENT, path + ": not in the tree", e);
            }
            throw e;
        }
    }

    @Override
    public void copy(BytePath path, OutputStream target) throws IOException {
        FileStat stat = stat(path);
        switch (stat.type()) {
            case REGULAR -> {}
            case DIRECTORY ->
                    throw new ArchiveException(Kind.ABSENT, path + ": is not a file but a folder");
            case SYMLINK ->
                    throw new ArchiveException(
                            Kind.ABSENT, path + ": is not a file but a symbolic link");
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                    throw new ArchiveException(Kind.ABSENT, path + ": is not a file");
        }
        try (PosixFile file = top.openForReadingBeneath(path)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (int count = file.read(block); count >= 0; count = file.read(block.clear())) {
                bytesRead += count;
                target.write(block.array(), 0, count);
            }
        }
    }

    @Override
    public void copyTar(BytePath path, OutputStream target, Consumer<BytePath> leftOut)
            throws IOException {
        throw new ArchiveException(
                Kind.ABSENT,
                path
                        + ": the backup is kept as a folder, take it from the backup directory itself");
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() throws IOException {
        top.close();
    }
}
