package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The folders from a tree's top down to where members are put. Members may come in any order; in
/// that of a walk each folder is opened once. A folder gets its owner, mode and times when it is
/// left, because each member put into it changes its times; until then it is root's alone. Only the
/// lowest folders keep their descriptors. One thread.
final class TreeFolders implements Closeable {
    /// How many levels keep their descriptors besides the top.
    static final int HELD = 48;

    private static final int MODE_WHILE_OPEN = 0700;
    private static final ByteString TOP = ByteString.of("");

    private final List<TreeLevel> levels = new ArrayList<>();
    private final Directory top;
    private final @Nullable Directory previousTop;
    private final TreeAttributes setter;
    private final Attributes implied;
    private final FolderListener listener;

    /// @param top the tree, not closed here
    /// @param previousTop the previous tree, not closed here
    /// @param implied what folders get that nobody put
    /// @param listener told of each new folder
    TreeFolders(
            Directory top,
            Optional<Directory> previousTop,
            TreeAttributes setter,
            Attributes implied,
            FolderListener listener) {
        this.top = top;
        this.previousTop = previousTop.orElse(null);
        this.setter = setter;
        this.implied = implied;
        this.listener = listener;
    }

    /// Is told of folders.
    @FunctionalInterface
    interface FolderListener {
        void made(BytePath path, Attributes attributes) throws IOException;
    }

    /// The folder that is to hold a path; made, with those above it, if it is missing.
    TreeLevel above(BytePath path) throws IOException {
        return enter(parent(path));
    }

    /// Makes a folder; nothing happens if it is there.
    void make(BytePath path, Attributes attributes) throws IOException {
        TreeLevel above = above(path);
        Directory made = makeIn(above, path.name());
        if (made != null) {
            listener.made(path, attributes);
            push(above, path, attributes, made);
        }
    }

    static ByteString parent(BytePath path) {
        ByteString value = path.value();
        for (int i = value.length() - 1; i >= 0; i--) {
            if (value.at(i) == '/') {
                return value.substring(0, i);
            }
        }
        return TOP;
    }

    private TreeLevel enter(ByteString wanted) throws IOException {
        if (levels.isEmpty()) {
            levels.add(
                    new TreeLevel(
                            TOP,
                            implied,
                            top.duplicate(),
                            previousTop == null ? null : previousTop.duplicate()));
        }
        TreeLevel current = levels.getLast();
        if (current.path.equals(wanted)) {
            return held(current);
        }
        while (!holds(current.path, wanted)) {
            leave();
            current = levels.getLast();
        }
        while (current.path.length() < wanted.length()) {
            current = descend(current, wanted);
        }
        return held(current);
    }

    private static boolean holds(ByteString folder, ByteString path) {
        return folder.length() == 0
                || (path.startsWith(folder)
                        && (path.length() == folder.length() || path.at(folder.length()) == '/'));
    }

    private TreeLevel descend(TreeLevel from, ByteString wanted) throws IOException {
        int start = from.path.length() == 0 ? 0 : from.path.length() + 1;
        int slash = wanted.indexOf('/', start);
        BytePath next = new BytePath(wanted.substring(0, slash < 0 ? wanted.length() : slash));
        ByteName name = new ByteName(next.value().substring(start, next.value().length()));
        Directory made = makeIn(from, name);
        if (made != null) {
            listener.made(next, implied);
            return push(from, next, implied, made);
        }
        Directory there = directory(from).open(name);
        return push(from, next, asItIs(there), there);
    }

    private @Nullable Directory makeIn(TreeLevel level, ByteName name) throws IOException {
        try {
            return directory(level).makeDirectory(name, MODE_WHILE_OPEN);
        } catch (PosixException e) {
            if (e.is(Errno.EEXIST)) {
                return null;
            }
            throw e;
        }
    }

    /// A folder that is entered again keeps what it got when it was left.
    private static Attributes asItIs(Directory directory) throws IOException {
        try {
            FileStat stat = directory.stat();
            return new Attributes(
                    stat.mode(),
                    stat.uid(),
                    stat.gid(),
                    stat.mtimeSeconds(),
                    stat.mtimeNanos(),
                    Map.of());
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    private TreeLevel push(
            TreeLevel above, BytePath path, Attributes attributes, Directory directory)
            throws IOException {
        Directory previous = null;
        try {
            previous = previousIn(above, path.name());
        } catch (IOException e) {
            directory.close();
            throw e;
        }
        TreeLevel level = new TreeLevel(path.value(), attributes, directory, previous);
        levels.add(level);
        int tooMany = levels.size() - 1 - HELD;
        if (tooMany >= 1) {
            levels.get(tooMany).release();
        }
        return level;
    }

    private static @Nullable Directory previousIn(TreeLevel above, ByteName name)
            throws IOException {
        Directory previous = above.previous();
        return previous == null ? null : ifThere(() -> previous.open(name));
    }

    private TreeLevel held(TreeLevel level) throws IOException {
        if (level.directory() == null) {
            BytePath path = new BytePath(level.path);
            Directory reopened = top.openBeneath(path);
            Directory previous = previousTop;
            level.hold(
                    reopened, previous == null ? null : ifThere(() -> previous.openBeneath(path)));
        }
        return level;
    }

    private Directory directory(TreeLevel level) throws IOException {
        return java.util.Objects.requireNonNull(held(level).directory());
    }

    private static @Nullable Directory ifThere(Opening opening) throws IOException {
        try {
            return opening.open();
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                return null;
            }
            throw DamagedTreeException.of("a folder", e);
        }
    }

    @FunctionalInterface
    private interface Opening {
        Directory open() throws IOException;
    }

    private void leave() throws IOException {
        TreeLevel level = levels.getLast();
        setter.apply(directory(level), level.attributes);
        levels.removeLast().release();
    }

    /// Leaves all folders.
    void finish() throws IOException {
        enter(TOP);
        leave();
    }

    /// Closes the descriptors of folders that were not left.
    @Override
    public void close() throws IOException {
        while (!levels.isEmpty()) {
            levels.removeLast().release();
        }
    }
}
