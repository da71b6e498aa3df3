package dev.packhorse.engine.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TreeEntry;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A tree at a destination. What is asked for is listed there or fetched from there, and no more.
/// Nothing proves it: a single digest proves a tree as a whole.
final class FarOpenedTree implements OpenedArchive {
    private final Transport transport;
    private final ObjectKey key;
    private final WorkPlace work;
    private final Cancellation cancellation;
    private long bytesRead;

    /// @param transport stays the caller's
    /// @param work where only root can enter; nothing stays there
    FarOpenedTree(Transport transport, ObjectKey key, WorkPlace work, Cancellation cancellation) {
        this.transport = transport;
        this.key = key;
        this.work = work;
        this.cancellation = cancellation;
    }

    @Override
    public void list(Optional<BytePath> path, boolean deep, Visitor visitor) throws IOException {
        Visiting visiting = new Visiting(path, deep, visitor);
        transport.listTree(
                key, path.map(FarOpenedTree::there), deep, visiting::visit, cancellation);
        visiting.end();
    }

    /// Hands on what is listed until the visitor fails.
    private static final class Visiting {
        private final Optional<BytePath> path;
        private final boolean deep;
        private final Visitor visitor;
        private boolean found;
        private Optional<IOException> failure = Optional.empty();

        Visiting(Optional<BytePath> path, boolean deep, Visitor visitor) {
            this.path = path;
            this.deep = deep;
            this.visitor = visitor;
            this.found = path.isEmpty();
        }

        boolean visit(TreeEntry told) {
            ListedEntry entry = here(told);
            boolean isItself = path.equals(Optional.of(entry.path()));
            found |= isItself;
            try {
                if (!isItself || deep || entry.kind() != EntryKind.FOLDER) {
                    visitor.visit(entry);
                }
                return true;
            } catch (IOException e) {
                failure = Optional.of(e);
                return false;
            }
        }

        void end() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            if (!found) {
                throw new ArchiveException(Kind.ABSENT, path.get() + ": not in the tree");
            }
        }
    }

    private static TreePath there(BytePath path) {
        return new TreePath(new String(path.value().toBytes(), ISO_8859_1));
    }

    /// The place tells whole seconds.
    private static ListedEntry here(TreeEntry told) {
        return new ListedEntry(
                new BytePath(ByteString.of(told.path().value().getBytes(ISO_8859_1))),
                switch (told.kind()) {
                    case FILE -> EntryKind.FILE;
                    case FOLDER -> EntryKind.FOLDER;
                    case SYMLINK -> EntryKind.SYMLINK;
                },
                told.mode(),
                told.uid(),
                told.gid(),
                told.kind() == TreeEntry.Kind.FILE ? told.sizeBytes() : 0,
                told.modified().getEpochSecond(),
                0);
    }

    @Override
    public void copy(BytePath path, OutputStream target) throws IOException {
        List<ListedEntry> itself = new ArrayList<>();
        list(
                Optional.of(path),
                false,
                entry -> {
                    if (entry.path().equals(path)) {
                        itself.add(entry);
                    }
                });
        // Of a folder, what is in it was listed.
        OpenedTree.requireFile(
                path, itself.isEmpty() ? EntryKind.FOLDER : itself.getFirst().kind());
        fetch(path, itself.getFirst().sizeBytes(), tree -> tree.copy(path, target));
    }

    @Override
    public void copyTar(BytePath path, OutputStream target, Consumer<String> leftOut)
            throws IOException {
        Together together = new Together();
        list(Optional.of(path), true, together);
        fetch(path, together.bytes, tree -> tree.copyTar(path, target, leftOut));
    }

    /// How much is listed. A place may list whatever it likes, so nothing of it is kept.
    private static final class Together implements Visitor {
        private long bytes;

        @Override
        public void visit(ListedEntry entry) {
            bytes =
                    entry.sizeBytes() > Long.MAX_VALUE - bytes
                            ? Long.MAX_VALUE
                            : bytes + entry.sizeBytes();
        }
    }

    @FunctionalInterface
    private interface Use {
        void of(OpenedTree tree) throws IOException;
    }

    /// Fetches into a folder with the name of the tree, where nobody else comes.
    private void fetch(BytePath path, long bytes, Use use) throws IOException {
        work.requireRoom(bytes);
        Path above = Files.createTempDirectory(work.folder(), "tree-", BackupDirectory.FOLDER_MODE);
        try {
            Path folder =
                    Files.createDirectory(above.resolve(key.name()), BackupDirectory.FOLDER_MODE);
            transport.readTreePart(key, there(path), bytes, folder, cancellation);
            try (OpenedTree tree = OpenedTree.open(folder)) {
                use.of(tree);
                bytesRead += tree.bytesRead();
            }
        } finally {
            HostArchive.delete(above);
        }
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {}
}
