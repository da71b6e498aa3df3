package dev.packhorse.engine.session;

/// A session's log in two files: all lines in one, and those that a person should look at in the
/// error log too. Safe for many threads. The one who opened it closes it; logs made by
/// [#indented()] write to the same files.
///
/// Source: whmapi1-protocol 11.6.
public final class FileSessionLog implements SessionLog, AutoCloseable {
    private final LogWriter lines;
    private final LogWriter errors;
    private final int indent;

    FileSessionLog(LogWriter lines, LogWriter errors) {
        this(lines, errors, 0);
    }

    private FileSessionLog(LogWriter lines, LogWriter errors, int indent) {
        this.lines = lines;
        this.errors = errors;
        this.indent = indent;
    }

    @Override
    public void line(String text) {
        lines.out(indent, false, LogText.oneLine(text) + "\n");
    }

    @Override
    public void begin(String text) {
        lines.out(indent, true, LogText.oneLine(text));
    }

    @Override
    public void done(String text) {
        lines.out(indent, false, LogText.oneLine(text) + "\n");
    }

    @Override
    public void warn(String text) {
        String line = "Warning: " + LogText.oneLine(text) + "\n";
        lines.out(indent, false, line);
        errors.out(indent, false, line);
    }

    @Override
    public SessionLog indented() {
        return new FileSessionLog(lines, errors, indent + 1);
    }

    @Override
    public void close() {
        lines.close();
        errors.close();
    }
}
