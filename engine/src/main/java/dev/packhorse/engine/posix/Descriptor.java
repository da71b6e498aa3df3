package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/// An open file descriptor and what files and directories have in common. One thread at a time.
final class Descriptor {
    private static final int MAX_MODE = 0xfff;
    private static final int SET_ID_BITS = 06000;

    /// Tells utimensat to leave a time as it is.
    private static final long UTIME_OMIT = (1L << 30) - 2;

    private final int number;
    private final Object label;
    private boolean isClosed;

    /// Takes over the descriptor.
    ///
    /// @param label what messages call it
    Descriptor(long number, String label) {
        this.number = Math.toIntExact(number);
        this.label = label;
    }

    /// The same, with a label that is only turned into text when a message needs it.
    Descriptor(long number, ByteString label) {
        this.number = Math.toIntExact(number);
        this.label = label;
    }

    String label() {
        return label.toString();
    }

    /// The number, never that of a descriptor which was closed and may belong to somebody else.
    int number() {
        if (isClosed) {
            throw new IllegalStateException(label + " is closed");
        }
        return number;
    }

    /// The call's result, if it is not an error.
    long check(Syscall call, long result) throws PosixException {
        if (result < 0) {
            throw PosixException.ofResult(call.toString(), label(), result);
        }
        return result;
    }

    static long checked(Syscall call, String subject, long result) throws PosixException {
        if (result < 0) {
            throw PosixException.ofResult(call.toString(), subject, result);
        }
        return result;
    }

    FileStat stat() throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            check(Syscall.STATX, Stats.call(scratch, number()));
            return Stats.decode(scratch);
        }
    }

    void setMode(int mode) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            check(Syscall.FCHMOD, scratch.call(Syscall.FCHMOD, number(), checkedMode(mode)));
        }
    }

    /// Sets as much of a mode as this process may: the service's confinement may forbid set-user-id
    /// and set-group-id bits (systemd's `RestrictSUIDSGID=`), which is EPERM for all of the mode.
    ///
    /// @return whether that is all of it
    boolean setModeAsAllowed(int mode) throws PosixException {
        try {
            setMode(mode);
            return true;
        } catch (PosixException e) {
            if (!e.is(Errno.EPERM) || (mode & SET_ID_BITS) == 0) {
                throw e;
            }
            setMode(mode & ~SET_ID_BITS);
            return false;
        }
    }

    static int checkedMode(int mode) {
        if (mode < 0 || mode > MAX_MODE) {
            throw new IllegalArgumentException("not a mode: 0" + Integer.toOctalString(mode));
        }
        return mode;
    }

    void setOwner(int uid, int gid) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Syscall.FCHOWN, number(), checkedId(uid), checkedId(gid));
            check(Syscall.FCHOWN, result);
        }
    }

    /// -1 means "leave it" to the kernel, which nobody who restores an owner wants.
    static int checkedId(int id) {
        if (id == -1) {
            throw new IllegalArgumentException("-1 is not a user or group id");
        }
        return id;
    }

    void setTimes(long mtimeSeconds, int mtimeNanos) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long times = writeTimes(scratch, mtimeSeconds, mtimeNanos);
            check(Syscall.UTIMENSAT, scratch.call(Syscall.UTIMENSAT, number(), 0, times, 0));
        }
    }

    /// Writes the two timespecs that set the time of modification and leave that of access.
    static long writeTimes(Scratch scratch, long mtimeSeconds, int mtimeNanos) {
        if (mtimeNanos < 0 || mtimeNanos > 999_999_999) {
            throw new IllegalArgumentException("not a count of nanoseconds: " + mtimeNanos);
        }
        MemorySegment struct = scratch.struct();
        struct.set(JAVA_LONG, 0, 0);
        struct.set(JAVA_LONG, 8, UTIME_OMIT);
        struct.set(JAVA_LONG, 16, mtimeSeconds);
        struct.set(JAVA_LONG, 24, mtimeNanos);
        return struct.address();
    }

    void sync() throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            check(Syscall.FSYNC, scratch.call(Syscall.FSYNC, number()));
        }
    }

    void syncFileSystem() throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            check(Syscall.SYNCFS, scratch.call(Syscall.SYNCFS, number()));
        }
    }

    /// Closes it; nothing happens if it is closed. It is closed even when an error is reported.
    void close() throws PosixException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try (Scratch scratch = Scratch.take()) {
            check(Syscall.CLOSE, scratch.call(Syscall.CLOSE, number));
        }
    }
}
