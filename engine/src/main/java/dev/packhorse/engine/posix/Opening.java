package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The ways to open things. Descriptors are never inherited by child processes, links are never
/// followed and nothing blocks on a FIFO.
final class Opening {
    private static final int SAFE =
            Flags.O_CLOEXEC | Flags.O_NOFOLLOW | Flags.O_NONBLOCK | Flags.O_NOCTTY;
    private static final int OPEN_DIRECTORY = SAFE | Flags.O_RDONLY | Flags.O_DIRECTORY;

    /// Size of struct open_how: flags, mode, resolve.
    private static final int HOW_BYTES = 24;

    private static final ByteString HERE = ByteString.of(".");

    /// Whether openat2 can be used: kernels before 5.6 do not have it, and old filters of container
    /// runtimes refuse it.
    private static final boolean HAS_OPENAT2 = probeOpenat2();

    private Opening() {}

    /// Opens a directory below another.
    static Descriptor directory(Descriptor parent, ByteName name) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = withoutAtime(scratch, parent.number(), name, OPEN_DIRECTORY);
            if (result == -Errno.ENOTDIR.value() && isSymlink(scratch, parent, name)) {
                // With O_DIRECTORY the kernel answers ENOTDIR for a link; say what is wrong.
                result = -Errno.ELOOP.value();
            }
            return opened(name.toString(), result);
        }
    }

    private static boolean isSymlink(Scratch scratch, Descriptor parent, ByteName name) {
        return Stats.callAt(scratch, parent.number(), name) >= 0
                && Stats.decode(scratch).type() == FileType.SYMLINK;
    }

    /// Opens the same directory once more, with a position of its own.
    static Descriptor again(Descriptor directory) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long here = scratch.text(HERE, Syscall.OPENAT);
            long result = scratch.call(Syscall.OPENAT, directory.number(), here, OPEN_DIRECTORY, 0);
            return opened(directory.label(), result);
        }
    }

    /// Opens a directory by a path that nobody but root can change; follows links.
    static Descriptor trusted(String path) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long text = scratch.text(ByteString.of(path), Syscall.OPENAT);
            int flags = OPEN_DIRECTORY & ~Flags.O_NOFOLLOW;
            long result = scratch.call(Syscall.OPENAT, Flags.AT_FDCWD, text, flags, 0);
            return opened(ByteString.of(path).display(), result);
        }
    }

    /// Opens a directory at a path of several names, none of which may be a link. The kernel walks
    /// it in one call where it can, otherwise each name is opened in turn, with the same result.
    static Descriptor beneath(Descriptor parent, BytePath path) throws PosixException {
        return HAS_OPENAT2 ? inOneCall(parent, path) : nameByName(parent, path);
    }

    private static Descriptor inOneCall(Descriptor parent, BytePath path) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long text = scratch.text(path.value(), Syscall.OPENAT2);
            // Without O_NOFOLLOW, so that a link as the last name is ELOOP like any other.
            int flags = OPEN_DIRECTORY & ~Flags.O_NOFOLLOW;
            long result =
                    scratch.call(
                            Syscall.OPENAT2, parent.number(), text, how(scratch, flags), HOW_BYTES);
            Descriptor.checked(Syscall.OPENAT2, path.toString(), result);
            return new Descriptor(result, path.toString());
        }
    }

    /// Opens a regular file at a path of several names, none of which may be a link, with the
    /// rights of the process whatever the thread. Empty if that fails for whatever reason, or this
    /// kernel cannot do it in one call.
    static Optional<Descriptor> asProcessBeneath(Descriptor parent, BytePath path)
            throws PosixException {
        if (!HAS_OPENAT2) {
            return Optional.empty();
        }
        try (Scratch scratch = Scratch.take()) {
            long text = scratch.text(path.value(), Syscall.OPENAT2);
            int flags = SAFE | Flags.O_RDONLY | Flags.O_NOATIME;
            long result =
                    scratch.callPlain(
                            Syscall.OPENAT2,
                            parent.number(),
                            text,
                            how(scratch, flags),
                            HOW_BYTES,
                            0,
                            0);
            return result < 0
                    ? Optional.empty()
                    : Optional.of(new Descriptor(result, path.value()));
        }
    }

    static Descriptor nameByName(Descriptor parent, BytePath path) throws PosixException {
        Descriptor at = parent;
        try {
            for (ByteName name : path.names()) {
                Descriptor next = directory(at, name);
                closeUnless(at, parent);
                at = next;
            }
            return at;
        } catch (PosixException e) {
            closeUnless(at, parent);
            throw e;
        }
    }

    private static void closeUnless(Descriptor each, Descriptor kept) throws PosixException {
        if (each != kept) {
            each.close();
        }
    }

    /// Writes a struct open_how, and returns its address.
    private static long how(Scratch scratch, long flags) {
        MemorySegment how = scratch.struct();
        how.set(JAVA_LONG, 0, flags);
        how.set(JAVA_LONG, 8, 0);
        how.set(
                JAVA_LONG,
                16,
                Flags.RESOLVE_BENEATH | Flags.RESOLVE_NO_SYMLINKS | Flags.RESOLVE_NO_MAGICLINKS);
        return how.address();
    }

    private static boolean probeOpenat2() {
        try (Scratch scratch = Scratch.take()) {
            long path = HERE.writeTo(scratch.struct().asSlice(HOW_BYTES));
            int flags = Flags.O_PATH | Flags.O_CLOEXEC;
            long how = how(scratch, flags);
            long result = scratch.call(Syscall.OPENAT2, Flags.AT_FDCWD, path, how, HOW_BYTES);
            if (result < 0) {
                return false;
            }
            scratch.call(Syscall.CLOSE, result);
            return true;
        }
    }

    /// Opens a regular file for reading.
    static Descriptor forReading(Descriptor parent, ByteName name) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            int flags = SAFE | Flags.O_RDONLY;
            return opened(name.toString(), withoutAtime(scratch, parent.number(), name, flags));
        }
    }

    /// Opens a file with the rights of the process, whatever the thread; empty if that fails.
    static Optional<Descriptor> asProcess(Descriptor parent, ByteName name) {
        try (Scratch scratch = Scratch.take()) {
            int flags = SAFE | Flags.O_RDONLY | Flags.O_NOATIME;
            long text = scratch.text(name);
            long result = scratch.callPlain(Syscall.OPENAT, parent.number(), text, flags, 0, 0, 0);
            return result < 0
                    ? Optional.empty()
                    : Optional.of(new Descriptor(result, name.toString()));
        }
    }

    /// Creates a file, with the owner's part of the mode only: the exact mode is set on the
    /// descriptor, since the umask would change what is asked for here.
    static Descriptor newFile(Descriptor parent, ByteName name, int mode) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            int flags = SAFE | Flags.O_RDWR | Flags.O_CREAT | Flags.O_EXCL;
            long text = scratch.text(name);
            return opened(
                    name.toString(),
                    scratch.call(Syscall.OPENAT, parent.number(), text, flags, mode & 0700));
        }
    }

    /// A handle on a directory that gives no access to its content, for changing its rights.
    static Descriptor handle(Descriptor parent, ByteName name) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            int flags = Flags.O_PATH | Flags.O_CLOEXEC | Flags.O_NOFOLLOW | Flags.O_DIRECTORY;
            long text = scratch.text(name);
            return opened(
                    name.toString(), scratch.call(Syscall.OPENAT, parent.number(), text, flags, 0));
        }
    }

    /// Reading a customer's files should not change their time of access; only the owner and root
    /// may ask for that.
    private static long withoutAtime(Scratch scratch, int parent, ByteName name, int flags) {
        long text = scratch.text(name);
        long result = scratch.call(Syscall.OPENAT, parent, text, flags | Flags.O_NOATIME, 0);
        if (result == -Errno.EPERM.value()) {
            return scratch.call(Syscall.OPENAT, parent, text, flags, 0);
        }
        return result;
    }

    private static Descriptor opened(String label, long result) throws PosixException {
        return new Descriptor(Descriptor.checked(Syscall.OPENAT, label, result), label);
    }
}
