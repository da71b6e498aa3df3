package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Gives the calling thread, and no other, the rights of an account. There is no way back: the
/// thread must end afterwards.
///
/// The calls go to the kernel directly, where rights belong to threads; the C library would change
/// all threads of the process.
final class ThreadRights {
    /// Source: Linux, include/uapi/linux/capability.h: version 3, whose sets are two words each of
    /// effective, permitted and inheritable.
    private static final int CAPABILITY_VERSION = 0x20080522;

    private static final int CAPABILITY_HEADER_BYTES = 8;
    private static final int CAPABILITY_DATA_BYTES = 24;
    private static final int MAX_GROUPS = 65_536;

    private ThreadRights() {}

    /// The user id that the kernel checks file access of this thread against. (An id that does not
    /// exist changes nothing, and the call always answers with the id before.)
    static int fileSystemUid() {
        try (Scratch scratch = Scratch.take()) {
            return (int) scratch.call(Syscall.SETFSUID, -1);
        }
    }

    private static int fileSystemGid(Scratch scratch) {
        return (int) scratch.call(Syscall.SETFSGID, -1);
    }

    /// Takes the identity: files are opened and created as the account, with its own group as the
    /// only one, and without any capability of root, so that quotas and reserved blocks count too.
    ///
    /// @throws IOException if any part could not be done; the thread must not do the work then
    static void become(Identity identity) throws IOException {
        try (Scratch scratch = Scratch.take()) {
            setOnlyGroup(scratch, identity.gid());
            // These two answer with the id before, never with an error.
            scratch.call(Syscall.SETFSGID, identity.gid());
            scratch.call(Syscall.SETFSUID, identity.uid());
            dropCapabilities(scratch);
            verify(scratch, identity);
        }
    }

    private static void setOnlyGroup(Scratch scratch, int gid) throws PosixException {
        scratch.struct().set(JAVA_INT, 0, gid);
        long result = scratch.call(Syscall.SETGROUPS, 1, scratch.struct().address());
        Descriptor.checked(Syscall.SETGROUPS, "of the thread", result);
    }

    private static void dropCapabilities(Scratch scratch) throws PosixException {
        MemorySegment header = capabilityHeader(scratch);
        MemorySegment data = capabilityData(scratch);
        data.fill((byte) 0);
        long result = scratch.call(Syscall.CAPSET, header.address(), data.address());
        Descriptor.checked(Syscall.CAPSET, "of the thread", result);
    }

    private static MemorySegment capabilityHeader(Scratch scratch) {
        MemorySegment header = scratch.struct().asSlice(0, CAPABILITY_HEADER_BYTES);
        header.set(JAVA_INT, 0, CAPABILITY_VERSION);
        header.set(JAVA_INT, 4, 0);
        return header;
    }

    private static MemorySegment capabilityData(Scratch scratch) {
        return scratch.struct().asSlice(CAPABILITY_HEADER_BYTES, CAPABILITY_DATA_BYTES);
    }

    private static void verify(Scratch scratch, Identity identity) throws IOException {
        boolean taken =
                fileSystemUid() == identity.uid()
                        && fileSystemGid(scratch) == identity.gid()
                        && hasOnlyGroup(scratch, identity.gid())
                        && hasNoCapability(scratch);
        if (!taken) {
            throw new IOException(
                    "the thread could not take the identity of user %d, group %d; nothing was done"
                            .formatted(identity.uid(), identity.gid()));
        }
    }

    private static boolean hasOnlyGroup(Scratch scratch, int gid) throws PosixException {
        try (Transfer transfer = Transfer.take()) {
            long result = scratch.call(Syscall.GETGROUPS, MAX_GROUPS, transfer.address());
            Descriptor.checked(Syscall.GETGROUPS, "of the thread", result);
            return result == 1 && transfer.memory().get(JAVA_INT, 0) == gid;
        }
    }

    private static boolean hasNoCapability(Scratch scratch) throws PosixException {
        MemorySegment header = capabilityHeader(scratch);
        MemorySegment data = capabilityData(scratch);
        data.fill((byte) 0xff);
        long result = scratch.call(Syscall.CAPGET, header.address(), data.address());
        Descriptor.checked(Syscall.CAPGET, "of the thread", result);
        for (int at = 0; at < CAPABILITY_DATA_BYTES; at += 4) {
            if (data.get(JAVA_INT, at) != 0) {
                return false;
            }
        }
        return true;
    }
}
