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

    /// The last line with text of its standard error, cut to 500 characters; for messages.
    public String lastErrorLine() {
        String last = "";
        for (String line : errorText.lines().toList()) {
            if (!line.isBlank()) {
                last = line.strip();
            }
        }
        return last.length() > 500 ? last.substring(0, 500) + "…" : last;
    }
}
