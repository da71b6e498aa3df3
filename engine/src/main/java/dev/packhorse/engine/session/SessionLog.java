package dev.packhorse.engine.session;

/// The log of one session: lines of JSON that clients fetch while the job runs. Safe for many
/// threads. Text is made harmless (one line, no control characters) by the log itself. A log that
/// cannot be written does not stop the work it tells of; the failure is reported once to the
/// program's own log.
public interface SessionLog {
    /// Writes a whole line.
    void line(String text);

    /// Writes the beginning of a line that [#done] ends, as `Copying home directory...`.
    void begin(String text);

    /// Ends a line that [#begin] left open.
    void done(String text);

    /// Writes a line for something that a person should look at.
    void warn(String text);

    /// The same log, one step further in.
    SessionLog indented();
}
