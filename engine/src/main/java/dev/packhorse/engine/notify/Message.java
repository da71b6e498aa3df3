package dev.packhorse.engine.notify;

import java.time.Instant;

/// What a channel delivers.
///
/// @param id stays the same when it is sent again, so that a receiver can tell
/// @param host this server's name
/// @param event as `Backup::Failure`
/// @param importance how urgent it is
/// @param subject what it is about
/// @param title one line
/// @param text lines of plain text
/// @param time when it happened
public record Message(
        String id,
        String host,
        String event,
        Importance importance,
        String subject,
        String title,
        String text,
        Instant time) {
    /// The title with the name of the server.
    public String headline() {
        return "[packhorse] " + host + ": " + title;
    }
}
