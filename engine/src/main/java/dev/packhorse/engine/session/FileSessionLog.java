package dev.packhorse.engine.session;

import java.util.function.Consumer;

/// A session's log in two files: all lines in one, and those that a person should look at in the
/// error log too. Safe for many threads. The one who opened it closes it; logs made by
/// [#indented()] write to the same files.
///
/// Source: whmapi1-protocol 11.6.
public final class FileSessionLog implements SessionLog, AutoCloseable {
    private final LogWriter lines;
    private final LogWriter errors;
    private final Consumer<String> echo;
    private final int indent;

    /// @param echo is given the text as a person would read it, with its line ends
    FileSessionLog(LogWriter lines, LogWriter errors, Consumer<String> echo) {
        this(lines, errors, echo, 0);
    }

    private FileSessionLog(LogWriter lines, LogWriter errors, Consumer<String> echo, int indent) {
        this.lines = lines;
        this.errors = errors;
        this.echo = echo;
        this.indent = indent;
    }

    @Override
    public void line(String text) {
        String line = LogText.oneLine(text) + "\n";
        lines.out(indent, false, line);
        echo.accept("  ".repeat(indent) + line);
    }

    @Override
    public void begin(String text) {
        String beginning = LogText.oneLine(text);
        lines.out(indent, true, beginning);
        echo.accept("  ".repeat(indent) + beginning);
    }

    @Override
    public void done(String text) {
        String end = LogText.oneLine(text) + "\n";
        lines.out(indent, false, end);
        echo.accept(end);
    }

    @Override
    public void warn(String text) {
        String line = "Warning: " + LogText.oneLine(text) + "\n";
        lines.out(indent, false, line);
        errors.out(indent, false, line);
        echo.accept("  ".repeat(indent) + line);
    }

    @Override
    public SessionLog indented() {
        return new FileSessionLog(lines, errors, echo, indent + 1);
    }

    @Override
    public void close() {
        lines.close();
        errors.close();
    }
}
