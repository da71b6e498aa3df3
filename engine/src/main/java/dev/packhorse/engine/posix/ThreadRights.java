package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Reduces the rights of the calling thread, and no other: the calls go to the kernel directly,
/// where rights belong to threads, while the C library changes all threads of the process.
final class ThreadRights {
    /// Source: Linux, include/uapi/linux/capability.h: version 3, with three words (effective,
    /// permitted, inheritable) for capabilities 0 to 31 and three for those from 32 on.
    private static final int VERSION = 0x20080522;

    private static final int HEADER_BYTES = 8;
    private static final int DATA_BYTES = 24;

    /// What acting as another user does not take away, but lets a file call do what the account
    /// could not: attributes of the name space `trusted` and `security` (SYS_ADMIN), going over a
    /// quota (SYS_RESOURCE), giving a program capabilities (SETFCAP).
    private static final int DROPPED = 1 << 21 | 1 << 24 | 1 << 31;

    private static final int MAX_GROUPS = 65_536;

    private ThreadRights() {}

    /// Leaves the thread one supplementary group, and takes a few capabilities away for good.
    ///
    /// @throws IOException if that could not be done
    static void reduce(Scratch scratch, int gid) throws IOException {
        setOnlyGroup(scratch, gid);
        dropCapabilities(scratch);
        if (!hasOnlyGroup(scratch, gid) || hasDroppedCapability(scratch)) {
            throw new IOException(
                    "the rights of the thread could not be reduced: nothing was done");
        }
    }

    private static void setOnlyGroup(Scratch scratch, int gid) throws PosixException {
        scratch.struct().set(JAVA_INT, 0, gid);
        check(Syscall.SETGROUPS, scratch.call(Syscall.SETGROUPS, 1, scratch.struct().address()));
    }

    private static boolean hasOnlyGroup(Scratch scratch, int gid) throws PosixException {
        try (Transfer transfer = Transfer.take()) {
            long count = scratch.call(Syscall.GETGROUPS, MAX_GROUPS, transfer.address());
            check(Syscall.GETGROUPS, count);
            return count == 1 && transfer.memory().get(JAVA_INT, 0) == gid;
        }
    }

    private static void dropCapabilities(Scratch scratch) throws PosixException {
        MemorySegment data = readCapabilities(scratch);
        for (int at : new int[] {0, 4}) {
            data.set(JAVA_INT, at, data.get(JAVA_INT, at) & ~DROPPED);
        }
        long header = scratch.struct().address();
        check(Syscall.CAPSET, scratch.call(Syscall.CAPSET, header, data.address()));
    }

    private static boolean hasDroppedCapability(Scratch scratch) throws PosixException {
        MemorySegment data = readCapabilities(scratch);
        return ((data.get(JAVA_INT, 0) | data.get(JAVA_INT, 4)) & DROPPED) != 0;
    }

    private static MemorySegment readCapabilities(Scratch scratch) throws PosixException {
        MemorySegment header = scratch.struct().asSlice(0, HEADER_BYTES);
        MemorySegment data = scratch.struct().asSlice(HEADER_BYTES, DATA_BYTES);
        header.set(JAVA_INT, 0, VERSION);
        header.set(JAVA_INT, 4, 0);
        check(Syscall.CAPGET, scratch.call(Syscall.CAPGET, header.address(), data.address()));
        return data;
    }

    private static void check(Syscall call, long result) throws PosixException {
        Descriptor.checked(call, "of the thread", result);
    }
}
