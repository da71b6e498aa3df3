package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Walks a home: each folder before its content, the content in the order of its bytes. Runs on a
/// thread with the account's identity and sees only what the account may see; what it may not see
/// is told and passed over. Where the disk fails for what lies directly below the home the walk
/// ends. One walk, one thread.
final class HomeWalk {
    private static final int OWNER_LISTS = 0500;

    private final int uid;
    private final HomeAccess access;
    private final Cancellation cancellation;
    private final Names names;
    private final Visitor visitor;

    /// @param uid the account's
    /// @param names which names of a folder the walk looks at
    HomeWalk(int uid, HomeAccess access, Cancellation cancellation, Names names, Visitor visitor) {
        this.uid = uid;
        this.access = access;
        this.cancellation = cancellation;
        this.names = names;
        this.visitor = visitor;
    }

    /// Lists a folder.
    @FunctionalInterface
    interface Names {
        List<ByteName> of(Directory folder) throws PosixException;
    }

    /// Where an entry is.
    ///
    /// @param locked whether its folder, or one above, locks its own owner out
    /// @param folder the folder that holds it, closed when the walk goes on
    /// @param path in the archive
    record Place(boolean locked, Directory folder, ByteName name, BytePath path) {}

    /// Is told what the walk meets.
    interface Visitor {
        /// Whether the walk passes an entry over, and all below it.
        boolean passesOver(BytePath path, FileStat stat);

        /// As [#passesOver(BytePath, FileStat)] for an entry of which nobody can tell what it is.
        boolean passesOver(BytePath path);

        /// A folder that was opened; its content comes next.
        void folder(BytePath path, FileStat stat, Map<ByteString, ByteString> xattrs)
                throws IOException;

        /// Anything that is no folder.
        void other(Place place, FileStat stat) throws IOException;
    }

    /// Walks what lies below the home; the home itself is not visited.
    ///
    /// @param home closed at the end
    /// @throws UnreadableHomeException if the disk fails for something directly below the home
    /// @throws IOException if the home cannot be listed, the visitor fails, or the run was
    ///   cancelled
    void run(Directory home) throws IOException {
        try (FolderStack stack = new FolderStack(top(home), access.owner())) {
            while (!stack.isEmpty()) {
                cancellation.check();
                step(stack);
            }
        }
    }

    private WalkFrame top(Directory home) throws IOException {
        try {
            FileStat stat = home.stat();
            return frame(HomePath.HOME, home, stat, isLocked(stat));
        } catch (IOException e) {
            home.close();
            throw e;
        }
    }

    private void step(FolderStack stack) throws IOException {
        WalkFrame frame = stack.current();
        if (!frame.hasNext()) {
            stack.pop();
            return;
        }
        Directory directory;
        try {
            directory = stack.directory();
        } catch (FolderStack.MovedException e) {
            warn(left(frame, e));
            stack.pop();
            return;
        } catch (PosixException e) {
            HomeAccess.requireNotTop(frame.path, e);
            access.tell(left(frame, e), e);
            stack.pop();
            return;
        }
        ByteName name = frame.next();
        if (HomePath.fits(frame.path, name)) {
            BytePath path = frame.path.resolve(name);
            visit(stack, new Place(frame.locked, directory, name, path));
        } else {
            warn(frame.path + ": a name was left out, its path is too long");
        }
    }

    private static String left(WalkFrame frame, IOException why) {
        return "%s: %d names were left out (%s)"
                .formatted(frame.path, frame.left(), why.getMessage());
    }

    private void visit(FolderStack stack, Place place) throws IOException {
        BytePath path = place.path();
        FileStat stat =
                access.takeFolder(
                        place.locked(),
                        path,
                        () -> place.folder().stat(place.name()),
                        () -> visitor.passesOver(path));
        if (stat == null || visitor.passesOver(path, stat)) {
            return;
        }
        if (place.locked() && stat.uid() != uid) {
            warn(path + ": left out, another user's in a folder closed to the account");
        } else if (stat.type() == FileType.DIRECTORY) {
            enter(stack, place, stat);
        } else {
            visitor.other(place, stat);
        }
    }

    private void enter(FolderStack stack, Place place, FileStat seen) throws IOException {
        BytePath path = place.path();
        if (stack.depth() >= HomePath.MAX_DEPTH) {
            warn(
                    path
                            + ": left out with all below it, deeper than "
                            + HomePath.MAX_DEPTH
                            + " folders");
            return;
        }
        boolean locked = place.locked() || isLocked(seen);
        OpenedFolder opened = access.takeFolder(locked, path, () -> open(place, locked));
        if (opened == null) {
            return;
        }
        if (locked && opened.frame.stat.uid() != uid) {
            opened.frame.release();
            warn(path + ": left out, it was replaced while it was being packed");
            return;
        }
        stack.push(opened.frame);
        visitor.folder(path, opened.frame.stat, opened.xattrs);
    }

    private OpenedFolder open(Place place, boolean locked) throws IOException {
        Directory directory = place.folder().open(place.name());
        try {
            WalkFrame frame = frame(place.path(), directory, directory.stat(), locked);
            return new OpenedFolder(frame, UserXattrs.of(directory.xattrs()));
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    private record OpenedFolder(WalkFrame frame, Map<ByteString, ByteString> xattrs) {}

    private WalkFrame frame(BytePath path, Directory directory, FileStat stat, boolean locked)
            throws IOException {
        return new WalkFrame(path, stat, locked, names.of(directory), directory);
    }

    private boolean isLocked(FileStat folder) {
        return folder.uid() == uid && (folder.mode() & OWNER_LISTS) != OWNER_LISTS;
    }

    private void warn(String warning) {
        access.warnings().accept(warning);
    }
}
