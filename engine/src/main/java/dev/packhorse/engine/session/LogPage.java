package dev.packhorse.engine.session;

/// A part of a log: whole lines.
///
/// @param text the lines, each with its line end
/// @param offset the byte they begin at
/// @param nextOffset where to read on
/// @param sizeBytes the length of the log when it was read
public record LogPage(String text, long offset, long nextOffset, long sizeBytes) {
    /// Whether there was nothing more when it was read.
    public boolean isLast() {
        return nextOffset >= sizeBytes;
    }
}
