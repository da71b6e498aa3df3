package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/// Calls on an entry by its name that act on a link itself.
final class Links {
    /// No link of Linux is longer.
    private static final int MAX_TARGET_BYTES = 4_096;

    private Links() {}

    static ByteString target(Descriptor directory, ByteName name) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(
                            Syscall.READLINKAT,
                            directory.number(),
                            scratch.text(name),
                            scratch.struct().address(),
                            MAX_TARGET_BYTES);
            long length = Descriptor.checked(Syscall.READLINKAT, name.toString(), result);
            if (length == MAX_TARGET_BYTES) {
                throw new PosixException(
                        Syscall.READLINKAT.toString(), name.toString(), Errno.ENAMETOOLONG);
            }
            return ByteString.of(scratch.struct().asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /// Makes an entry that is neither file, directory nor link, with mode 0600.
    static void makeSpecial(Descriptor directory, ByteName name, int type) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(
                            Syscall.MKNODAT,
                            directory.number(),
                            scratch.text(name),
                            type | 0600,
                            0);
            Descriptor.checked(Syscall.MKNODAT, name.toString(), result);
        }
    }

    static void rename(
            Descriptor fromDirectory, ByteName from, Descriptor toDirectory, ByteName to, int flags)
            throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(
                            Syscall.RENAMEAT2,
                            fromDirectory.number(),
                            scratch.text(from),
                            toDirectory.number(),
                            scratch.secondText(to),
                            flags);
            Descriptor.checked(Syscall.RENAMEAT2, from + " to " + to, result);
        }
    }

    static void setOwner(Descriptor directory, ByteName name, int uid, int gid)
            throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(
                            Syscall.FCHOWNAT,
                            directory.number(),
                            scratch.text(name),
                            Descriptor.checkedId(uid),
                            Descriptor.checkedId(gid),
                            Flags.AT_SYMLINK_NOFOLLOW);
            Descriptor.checked(Syscall.FCHOWNAT, name.toString(), result);
        }
    }

    static void setTimes(Descriptor directory, ByteName name, long seconds, int nanos)
            throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(
                            Syscall.UTIMENSAT,
                            directory.number(),
                            scratch.text(name),
                            Descriptor.writeTimes(scratch, seconds, nanos),
                            Flags.AT_SYMLINK_NOFOLLOW);
            Descriptor.checked(Syscall.UTIMENSAT, name.toString(), result);
        }
    }
}
