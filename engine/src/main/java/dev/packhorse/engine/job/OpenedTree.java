package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.archive.PartWriter;
import dev.packhorse.engine.component.home.FolderPacker;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// A tree, read by descriptors: customers' links in it lead nowhere.
final class OpenedTree implements OpenedArchive {
    private static final int BLOCK = 1 << 16;

    private final Directory top;
    private final ByteName name;
    private long bytesRead;

    private OpenedTree(Directory top, ByteName name) {
        this.top = top;
        this.name = name;
    }

    static OpenedTree open(Path folder) throws IOException {
        ByteName name = ByteName.of(String.valueOf(folder.getFileName()));
        return new OpenedTree(Directory.openTrusted(folder), name);
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
        try (Directory parent = parent(path)) {
            return parent.stat(path.name());
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                throw new ArchiveException(Kind.ABSENT, path + ": not in the tree", e);
            }
            throw e;
        }
    }

    @Override
    public void copy(BytePath path, OutputStream target) throws IOException {
        Optional<EntryKind> kind = kind(stat(path).type());
        if (kind.isEmpty()) {
            throw new ArchiveException(Kind.ABSENT, path + ": is not a file");
        }
        requireFile(path, kind.get());
        try (PosixFile file = top.openForReadingBeneath(path)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (int count = file.read(block); count >= 0; count = file.read(block.clear())) {
                bytesRead += count;
                target.write(block.array(), 0, count);
            }
        }
    }

    /// @throws ArchiveException ABSENT if it is none
    static void requireFile(BytePath path, EntryKind kind) throws ArchiveException {
        switch (kind) {
            case FILE, HARD_LINK -> {}
            case FOLDER ->
                    throw new ArchiveException(Kind.ABSENT, path + ": is not a file but a folder");
            case SYMLINK ->
                    throw new ArchiveException(
                            Kind.ABSENT, path + ": is not a file but a symbolic link");
        }
    }

    /// {@inheritDoc}
    ///
    /// A file that has names in other trees, or elsewhere in this one, comes as a file.
    @Override
    public void copyTar(BytePath path, OutputStream target, Consumer<String> leftOut)
            throws IOException {
        FileStat stat = stat(path);
        PartWriter writer = new PartWriter(target, name, stat.mtimeSeconds(), Cancellation.never());
        try (Directory parent = parent(path)) {
            FolderPacker.ofProvenTree(writer, Cancellation.never())
                    .packOnly(parent, path)
                    .forEach(leftOut);
        }
        writer.finish();
        bytesRead += writer.contentBytes();
    }

    private Directory parent(BytePath path) throws IOException {
        int end = path.value().lastIndexOf('/');
        return end < 0
                ? top.duplicate()
                : top.openBeneath(new BytePath(path.value().substring(0, end)));
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
