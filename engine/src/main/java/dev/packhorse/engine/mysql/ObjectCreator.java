package dev.packhorse.engine.mysql;

import java.util.regex.Pattern;

/// Creates objects with the session variables under which they were stored, since the server keeps
/// those with the object. One thread.
final class ObjectCreator {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_,+:/ -]*");

    private final MysqlSession session;

    ObjectCreator(MysqlSession session) {
        this.session = session;
    }

    /// Creates one object.
    ///
    /// @param keepsCharset whether the statement is the same text in the object's character set and
    ///   in UTF-8; if not, the object is stored as UTF-8
    void create(String title, DumpedObject.Context context, boolean keepsCharset, String sql)
            throws MysqlException {
        String what = "cannot create " + title;
        if (keepsCharset && !context.charset().isEmpty()) {
            set(what, "character_set_client", context.charset());
        }
        if (!context.collation().isEmpty()) {
            set(what, "collation_connection", context.collation());
        }
        set(what, "time_zone", context.timeZone().isEmpty() ? "SYSTEM" : context.timeZone());
        set(what, "sql_mode", context.sqlMode());
        try {
            session.execute(what, sql);
        } finally {
            reset(what);
        }
    }

    private void set(String what, String variable, String value) throws MysqlException {
        if (!PLAIN.matcher(value).matches()) {
            throw new MysqlException(what + ": unusual value of " + variable);
        }
        session.execute(what, "SET SESSION " + variable + " = '" + value + "'");
    }

    private void reset(String what) throws MysqlException {
        session.execute(what, "SET SESSION sql_mode = 'STRICT_TRANS_TABLES', time_zone = DEFAULT");
        session.execute(what, "SET NAMES utf8mb4");
    }
}
