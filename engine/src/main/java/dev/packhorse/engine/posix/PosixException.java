package dev.packhorse.engine.posix;

import java.io.IOException;

/// A system call that the kernel refused. The message names the call, the thing (by
/// [ByteString#display()]) and the reason, as `openat public_html: no such file or directory`.
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String operation;

    PosixException(String operation, String subject, Errno errno) {
        this(operation, subject, errno.value(), errno.text());
    }

    PosixException(String operation, String subject, Errno errno, String reason) {
        this(operation, subject, errno.value(), reason);
    }

    private PosixException(String operation, String subject, int errno, String reason) {
        super(operation + " " + subject + ": " + reason);
        this.errno = errno;
        this.operation = operation;
    }

    /// The exception for a call's result below zero.
    static PosixException ofResult(String operation, String subject, long result) {
        int errno = Math.toIntExact(-result);
        String reason = Errno.of(errno).map(Errno::text).orElse("error " + errno);
        return new PosixException(operation, subject, errno, reason);
    }

    /// The kernel's error number.
    public int errno() {
        return errno;
    }

    /// The name of the system call.
    public String operation() {
        return operation;
    }

    /// Whether the disk fails, or a checksum of the file system is wrong: another try in a moment
    /// is not likely to help.
    public boolean isOfDisk() {
        return is(Errno.EIO) || is(Errno.EBADMSG) || is(Errno.EUCLEAN);
    }

    /// Whether the kernel or the file system has no such call, or not in this form: network file
    /// systems lack many.
    public boolean isUnsupported() {
        return is(Errno.EINVAL) || is(Errno.ENOSYS) || is(Errno.ENOTSUP);
    }

    /// Whether the reason is this one.
    public boolean is(Errno wanted) {
        return errno == wanted.value();
    }
}
