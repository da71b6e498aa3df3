package dev.packhorse.transport.child;

/// How a child ended.
///
/// @param exitCode 128 and more after a signal
/// @param errors the last of what it wrote to its standard error, without control characters
/// @param whole whether its output was read to the end; what left its session may hold the pipe,
///   and then more may have been to come
public record ChildResult(int exitCode, String errors, boolean whole) {
    /// One whose output was read to the end.
    public ChildResult(int exitCode, String errors) {
        this(exitCode, errors, true);
    }
}
