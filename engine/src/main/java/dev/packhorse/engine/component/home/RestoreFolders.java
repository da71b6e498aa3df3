package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The held folders from the home down to where a restore stands. No link is ever followed: a link
/// in the place of a folder ends the step. One thread.
final class RestoreFolders implements AutoCloseable {
    private static final int NEW_FOLDER = 0755;

    private final List<RestoreFrame> frames = new ArrayList<>();
    private final int uid;
    private final OwnerAccess owner;
    private final RestoreNotes notes;
    private final HomeJournal journal;

    RestoreFolders(
            Directory home, int uid, OwnerAccess owner, RestoreNotes notes, HomeJournal journal)
            throws IOException {
        this.uid = uid;
        this.owner = owner;
        this.notes = notes;
        this.journal = journal;
        // a descriptor of its own, since the caller closes the home
        frames.add(new RestoreFrame(null, owner.call(home::duplicate), uid));
    }

    /// Goes to a folder below the home, making what is missing on the way, and settles the folders
    /// that are left by that.
    ///
    /// @param folder its names from the home on, none for the home
    /// @throws PosixException if something on the way is no folder, or closed to the account
    RestoreFrame enter(List<ByteName> folder) throws IOException {
        int common = commonDepth(folder);
        while (frames.size() - 1 > common) {
            leave();
        }
        for (ByteName name : folder.subList(common, folder.size())) {
            descend(name);
        }
        return frames.getLast();
    }

    private int commonDepth(List<ByteName> folder) {
        int depth = 0;
        while (depth < folder.size()
                && depth + 1 < frames.size()
                && folder.get(depth).equals(frames.get(depth + 1).name)) {
            depth++;
        }
        return depth;
    }

    private void descend(ByteName name) throws IOException {
        Directory parent = frames.getLast().directory;
        boolean absent = parent.find(name).isEmpty();
        Directory folder = absent ? parent.makeDirectory(name, NEW_FOLDER) : open(parent, name);
        try {
            if (absent) {
                journal.made(path(name), folder.stat());
            }
            frames.add(new RestoreFrame(name, folder, uid));
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    private BytePath path(ByteName last) {
        @Nullable BytePath path = null;
        for (RestoreFrame frame : frames) {
            if (frame.name != null) {
                path = path == null ? BytePath.of(frame.name) : path.resolve(frame.name);
            }
        }
        return path == null ? BytePath.of(last) : path.resolve(last);
    }

    private Directory open(Directory parent, ByteName name) throws IOException {
        try {
            return parent.open(name);
        } catch (PosixException e) {
            if (!e.is(Errno.EACCES)) {
                throw e;
            }
            return openLocked(parent, name).orElseThrow(() -> e);
        }
    }

    /// Opens a folder of the account whose mode locks the account out.
    private Optional<Directory> openLocked(Directory parent, ByteName name) throws IOException {
        Directory folder = owner.call(() -> parent.open(name));
        if (folder.stat().uid() == uid) {
            return Optional.of(folder);
        }
        folder.close();
        return Optional.empty();
    }

    private void leave() throws IOException {
        RestoreFrame frame = frames.getLast();
        try (Directory _ = frame.directory) {
            if (frame.isOwn()) {
                frame.settle(owner, uid).ifPresent(each -> notes.altered(where() + each));
            } else {
                notes.altered(
                        where() + ": mode and time were left as they are, it is not the account's");
            }
        } catch (PosixException e) {
            notes.altered(where() + ": mode and time were left as they are, " + e.getMessage());
        } finally {
            frames.removeLast();
        }
    }

    private String where() {
        return frames.stream()
                .map(frame -> frame.name == null ? "homedir" : frame.name.toString())
                .collect(Collectors.joining("/"));
    }

    /// Settles and closes all folders.
    @Override
    public void close() throws IOException {
        while (!frames.isEmpty()) {
            leave();
        }
    }
}
