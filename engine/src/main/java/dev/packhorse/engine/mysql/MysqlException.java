package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.sql.SQLException;

/// The database server refused something or went away. The message tells what was tried and the
/// server's words; statements are not part of it, since they may hold secrets.
public final class MysqlException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    public MysqlException(String message) {
        super(message);
        this.code = 0;
    }

    MysqlException(String what, SQLException cause) {
        super(what + ": " + words(cause), cause);
        this.code = cause.getErrorCode();
    }

    /// The server's error number, 0 if it gave none.
    public int code() {
        return code;
    }

    /// The driver puts `(conn=7) ` before the server's words.
    private static String words(SQLException cause) {
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return message.replaceFirst("^\\(conn=\\d+\\)\\s*", "");
    }
}
