package dev.packhorse.engine.job;

/// What a heartbeat carries, for those who look on.
///
/// @param stage what is being done, in a word or two
/// @param members members of the archive so far
/// @param bytes bytes of content so far
/// @param expectedBytes bytes of content in all, 0 if nobody knows
/// @param session the session whose log tells more
public record Progress(
        String stage, long members, long bytes, long expectedBytes, String session) {}
