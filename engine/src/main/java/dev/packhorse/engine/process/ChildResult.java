package dev.packhorse.engine.process;

import java.time.Duration;

/// How a child process ended by itself.
///
/// @param exitCode its exit code; 128 and the signal's number if a signal ended it
/// @param errorText the last 64 KiB of its standard error as UTF-8, malformed bytes replaced
/// @param duration how long it ran
public record ChildResult(int exitCode, String errorText, Duration duration) {
    /// Whether it ended with exit code 0.
    public boolean succeeded() {
        return exitCode == 0;
    }

    /// The end of its standard error as one line of at most 500 characters; for messages.
    public String errorSummary() {
        String line = errorText.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        return line.length() > 500 ? "…" + line.substring(line.length() - 500) : line;
    }
}
