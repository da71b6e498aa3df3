package dev.packhorse.engine.posix;

import java.util.Optional;

/// The error numbers of Linux that file work meets. The values are the same on x86_64 and aarch64.
///
/// Source: Linux, include/uapi/asm-generic/errno-base.h and errno.h.
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or directory"),
    ESRCH(3, "no such process"),
    EINTR(4, "interrupted by a signal"),
    EIO(5, "input or output error of the device"),
    ENXIO(6, "no such device or address"),
    E2BIG(7, "too long for the call"),
    EBADF(9, "bad file descriptor"),
    EAGAIN(11, "not available at the moment"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EFAULT(14, "bad address"),
    ENOTBLK(15, "no block device"),
    EBUSY(16, "in use, or a mount point"),
    EEXIST(17, "exists already"),
    EXDEV(18, "on another file system, or outside of the directory"),
    ENODEV(19, "no such device"),
    ENOTDIR(20, "not a directory"),
    EISDIR(21, "is a directory"),
    EINVAL(22, "not valid here"),
    ENFILE(23, "too many open files on this machine"),
    EMFILE(24, "too many open files in this process"),
    ETXTBSY(26, "the program is running"),
    EFBIG(27, "file too large"),
    ENOSPC(28, "no space left on the file system"),
    EROFS(30, "read-only file system"),
    EMLINK(31, "too many links"),
    ERANGE(34, "out of range"),
    ENAMETOOLONG(36, "name too long"),
    ENOSYS(38, "this kernel does not know the call"),
    ENOTEMPTY(39, "directory not empty"),
    ELOOP(40, "is a symbolic link, which is not followed"),
    ENODATA(61, "no such attribute"),
    EBADMSG(74, "damaged, by the file system's checksum"),
    EOVERFLOW(75, "value too large"),
    EMSGSIZE(90, "message too long"),
    ENOTSUP(95, "not supported by the file system"),
    ENOTCONN(107, "its file system is not there any more"),
    ETIMEDOUT(110, "no answer in time"),
    ECONNREFUSED(111, "nobody listens"),
    ESTALE(116, "the file is no longer the one that was opened"),
    EUCLEAN(117, "the file system is damaged"),
    EDQUOT(122, "disk quota exceeded");

    private final int value;
    private final String text;

    Errno(int value, String text) {
        this.value = value;
        this.text = text;
    }

    /// The number that the kernel uses.
    public int value() {
        return value;
    }

    /// What it means, for messages.
    public String text() {
        return text;
    }

    /// The constant of a number; empty if it is not listed here.
    public static Optional<Errno> of(int value) {
        for (Errno each : values()) {
            if (each.value == value) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
