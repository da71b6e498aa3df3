package dev.packhorse.transport.child;

/// How a child ended.
///
/// @param exitCode 128 and more after a signal
/// @param errors the last of what it wrote to its standard error, without control characters
public record ChildResult(int exitCode, String errors) {}
