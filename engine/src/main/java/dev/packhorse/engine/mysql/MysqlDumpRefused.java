package dev.packhorse.engine.mysql;

import java.io.IOException;

/// A dump holds something that no dump of this database may hold, or is cut short. The message
/// names the line and the kind of statement, never its values.
public final class MysqlDumpRefused extends IOException {
    private static final long serialVersionUID = 1L;

    private final long line;

    MysqlDumpRefused(long line, String what) {
        super("line " + line + " of the dump: " + what);
        this.line = line;
    }

    /// The line, counted from 1, where the statement begins or the offending word stands.
    public long line() {
        return line;
    }
}
