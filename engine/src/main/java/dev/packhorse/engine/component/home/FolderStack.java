package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The folders from the home down to where a walk stands. Only the lowest ones keep their
/// descriptors, so that a deep tree does not use up the process's. A folder whose descriptor was
/// let go is opened again from the home without following links, and must be the same folder as
/// before. One thread.
final class FolderStack implements AutoCloseable {
    /// How many descriptors are held besides the home's.
    static final int HELD = 48;

    private final List<WalkFrame> frames = new ArrayList<>();
    private final OwnerAccess owner;

    FolderStack(WalkFrame home, OwnerAccess owner) {
        frames.add(home);
        this.owner = owner;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /// How many folders lie between the home and the current one, it included.
    int depth() {
        return frames.size() - 1;
    }

    WalkFrame current() {
        return frames.getLast();
    }

    void push(WalkFrame frame) throws IOException {
        frames.add(frame);
        int tooMany = frames.size() - 1 - HELD;
        if (tooMany >= 1) {
            frames.get(tooMany).release();
        }
    }

    /// Leaves the current folder.
    void pop() throws IOException {
        frames.removeLast().release();
    }

    /// The current folder's descriptor, opened again if it was let go.
    ///
    /// @throws PosixException if the folder cannot be reached any more
    /// @throws MovedException if there is another folder in its place
    Directory directory() throws IOException {
        WalkFrame frame = current();
        Directory held = frame.directory();
        if (held != null) {
            return held;
        }
        Directory home = Objects.requireNonNull(frames.getFirst().directory());
        BytePath below = frame.path.relativeTo(HomePath.HOME);
        Directory reopened = owner.call(() -> home.openBeneath(below));
        FileStat now = reopened.stat();
        if (now.inode() != frame.stat.inode() || now.device() != frame.stat.device()) {
            reopened.close();
            throw new MovedException();
        }
        frame.hold(reopened);
        return reopened;
    }

    @Override
    public void close() throws IOException {
        while (!frames.isEmpty()) {
            pop();
        }
    }

    /// A folder was replaced while the walk was below it.
    static final class MovedException extends IOException {
        private static final long serialVersionUID = 1L;

        MovedException() {
            super("replaced by another folder while it was being packed");
        }
    }
}
