package dev.packhorse.engine.posix;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Removes a tree that its owner may be changing meanwhile.
///
/// A tree can be deeper than the number of descriptors that a process may hold, and going back up
/// by `..` is not safe, because a directory can be moved elsewhere while somebody works in it. So
/// nothing ever goes up: the top directory of the tree is held, and a directory further down that
/// is not empty is first renamed into the top under a random name, then opened there by that single
/// name, emptied and removed. Two descriptors are enough for any depth, and no step can leave the
/// tree: every name is used relative to a held directory, and links are not followed.
///
/// A directory is tried with rmdir before anything else, which refuses mount points, so that what
/// is mounted inside the tree (another account's files, a share) keeps its content.
final class TreeRemoval {
    /// How often a directory is emptied again because somebody filled it meanwhile.
    private static final int ROUNDS = 8;

    private final Directory parent;

    TreeRemoval(Directory parent) {
        this.parent = parent;
    }

    void remove(ByteName name) throws PosixException {
        for (int round = 0; round < ROUNDS; round++) {
            if (isGone(parent, name)) {
                return;
            }
            try (Directory top = openOwned(parent, name)) {
                empty(top);
            } catch (PosixException e) {
                throwUnlessReplaced(e);
            }
        }
        refill(name);
    }

    /// Empties the top, one branch after the other.
    private static void empty(Directory top) throws PosixException {
        Listing listing = new Listing(top.descriptor());
        for (List<ByteName> some = listing.next(); !some.isEmpty(); some = listing.next()) {
            for (ByteName name : some) {
                if (!isGone(top, name)) {
                    removeBranch(top, name);
                }
            }
        }
    }

    private static void removeBranch(Directory top, ByteName branch) throws PosixException {
        Deque<ByteName> open = new ArrayDeque<>();
        open.push(branch);
        while (!open.isEmpty()) {
            removeLevel(top, open.pop(), open);
        }
    }

    /// Removes a directory that lies in the top, after its directories were moved there too.
    private static void removeLevel(Directory top, ByteName name, Deque<ByteName> moved)
            throws PosixException {
        for (int round = 0; round < ROUNDS; round++) {
            if (isGone(top, name)) {
                return;
            }
            try (Directory level = openOwned(top, name)) {
                flatten(level, top, moved);
            } catch (PosixException e) {
                throwUnlessReplaced(e);
            }
        }
        refill(name);
    }

    private static void flatten(Directory level, Directory top, Deque<ByteName> moved)
            throws PosixException {
        Listing listing = new Listing(level.descriptor());
        for (List<ByteName> some = listing.next(); !some.isEmpty(); some = listing.next()) {
            for (ByteName name : some) {
                if (!isGone(level, name)) {
                    ByteName fresh = freshName();
                    move(level, name, top, fresh);
                    moved.push(fresh);
                }
            }
        }
    }

    /// Removes a name if that takes one call, so unless it is a directory that is not empty.
    private static boolean isGone(Directory directory, ByteName name) throws PosixException {
        long result = directory.unlink(name, 0);
        if (result == -Errno.EISDIR.value()) {
            result = directory.unlink(name, Flags.AT_REMOVEDIR);
        }
        if (result == 0 || result == -Errno.ENOENT.value()) {
            return true;
        }
        if (result == -Errno.ENOTEMPTY.value()
                || result == -Errno.EEXIST.value()
                || result == -Errno.ENOTDIR.value()) {
            // ENOTDIR: a file took the directory's place between the two calls.
            return false;
        }
        throw PosixException.ofResult(Syscall.UNLINKAT.toString(), name.toString(), result);
    }

    /// Opens a directory, and gives its owner the right to change it: a customer's directory
    /// without write permission is no reason to leave it.
    private static Directory openOwned(Directory holder, ByteName name) throws PosixException {
        Directory opened;
        try {
            opened = holder.open(name);
        } catch (PosixException e) {
            if (!e.is(Errno.EACCES)) {
                throw e;
            }
            unlock(holder, name);
            opened = holder.open(name);
        }
        try {
            int mode = opened.stat().mode();
            if ((mode & 0700) != 0700) {
                opened.setMode(mode | 0700);
            }
            return opened;
        } catch (PosixException e) {
            opened.close();
            throw e;
        }
    }

    /// Moving a directory to another one needs write permission on it, since its `..` changes.
    private static void move(Directory level, ByteName name, Directory top, ByteName fresh)
            throws PosixException {
        try {
            level.rename(name, top, fresh);
        } catch (PosixException e) {
            if (!e.is(Errno.EACCES)) {
                throw e;
            }
            unlock(level, name);
            level.rename(name, top, fresh);
        }
    }

    /// Sets the mode of a directory that cannot be opened, through a handle and the kernel's own
    /// name for it, so that no link can redirect it.
    private static void unlock(Directory holder, ByteName name) throws PosixException {
        Descriptor handle = Opening.handle(holder.descriptor(), name);
        try (Scratch scratch = Scratch.take()) {
            ByteString path = ByteString.of("/proc/self/fd/" + handle.number());
            long text = scratch.text(path, Syscall.FCHMODAT);
            long result = scratch.call(Syscall.FCHMODAT, Flags.AT_FDCWD, text, 0700);
            Descriptor.checked(Syscall.FCHMODAT, name.toString(), result);
        } finally {
            handle.close();
        }
    }

    /// What was a directory may be gone, or a file or link, when it is opened or moved: the next
    /// round deals with that.
    private static void throwUnlessReplaced(PosixException e) throws PosixException {
        if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
            throw e;
        }
    }

    private static void refill(ByteName name) throws PosixException {
        throw new PosixException(
                Syscall.UNLINKAT.toString(),
                name.toString(),
                Errno.ENOTEMPTY,
                "is filled again as fast as it is emptied");
    }

    private static ByteName freshName() {
        long random = ThreadLocalRandom.current().nextLong();
        return ByteName.of(".packhorse-removed-" + Long.toHexString(random));
    }
}
