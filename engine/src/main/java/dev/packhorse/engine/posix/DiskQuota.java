package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/// How much one user may have on one file system; 0 is no limit.
///
/// @param hardBlocks blocks of 1 KiB that are never exceeded
/// @param softBlocks blocks of 1 KiB that may be exceeded for a while
/// @param hardInodes files that are never exceeded
/// @param softInodes files that may be exceeded for a while
public record DiskQuota(long hardBlocks, long softBlocks, long hardInodes, long softInodes) {
    /// No limit.
    public static final DiskQuota NONE = new DiskQuota(0, 0, 0, 0);

    /// Source: Linux, include/uapi/linux/quota.h: `QCMD` of `Q_GETQUOTA` and `Q_SETQUOTA` for
    /// `USRQUOTA`, `struct if_dqblk`, and `QIF_LIMITS`.
    private static final int GET = 0x800007 << 8;

    private static final int SET = 0x800008 << 8;
    private static final int LIMITS = 1 | 4;
    private static final int HARD_BLOCKS = 0;
    private static final int SOFT_BLOCKS = 8;
    private static final int HARD_INODES = 24;
    private static final int SOFT_INODES = 32;
    private static final int VALID = 64;
    private static final int BYTES = 72;

    /// What a user may have.
    ///
    /// @param device the block device of the file system
    /// @throws PosixException ESRCH if limits are not on there, ENOSYS, EINVAL, ENOTBLK or ENOENT
    ///   if there can be none, EPERM if this process may not look
    public static DiskQuota of(ByteString device, int uid) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment limits = scratch.struct();
            limits.asSlice(0, BYTES).fill((byte) 0);
            call(scratch, GET, device, uid);
            return new DiskQuota(
                    limits.get(JAVA_LONG, HARD_BLOCKS),
                    limits.get(JAVA_LONG, SOFT_BLOCKS),
                    limits.get(JAVA_LONG, HARD_INODES),
                    limits.get(JAVA_LONG, SOFT_INODES));
        }
    }

    /// Makes this what a user may have.
    ///
    /// @param device the block device of the file system
    /// @throws PosixException as [#of]
    public void set(ByteString device, int uid) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment limits = scratch.struct();
            limits.asSlice(0, BYTES).fill((byte) 0);
            limits.set(JAVA_LONG, HARD_BLOCKS, hardBlocks);
            limits.set(JAVA_LONG, SOFT_BLOCKS, softBlocks);
            limits.set(JAVA_LONG, HARD_INODES, hardInodes);
            limits.set(JAVA_LONG, SOFT_INODES, softInodes);
            limits.set(JAVA_INT, VALID, LIMITS);
            call(scratch, SET, device, uid);
        }
    }

    private static void call(Scratch scratch, int command, ByteString device, int uid)
            throws PosixException {
        long name = scratch.text(device, Syscall.QUOTACTL);
        long result =
                scratch.call(Syscall.QUOTACTL, command, name, uid, scratch.struct().address());
        Descriptor.checked(Syscall.QUOTACTL, device.display(), result);
    }
}
