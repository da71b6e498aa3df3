package dev.packhorse.engine.posix;

/// Refusals that no file system gives on demand.
public final class PosixFailures {
    private PosixFailures() {}

    /// What a call throws that fails so.
    public static PosixException of(String operation, String subject, Errno errno) {
        return new PosixException(operation, subject, errno);
    }
}
