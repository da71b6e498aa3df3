package dev.packhorse.engine.mysql;

/// Quotes names and values for statements that take no parameters. For sessions whose `sql_mode`
/// has neither `NO_BACKSLASH_ESCAPES` nor `ANSI_QUOTES`, as [MysqlSession]'s.
final class SqlText {
    private SqlText() {}

    /// A name in backticks.
    static String name(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name holds NUL");
        }
        return "`" + name.replace("`", "``") + "`";
    }

    /// A text in single quotes.
    static String string(String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('\'');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\'' -> quoted.append("''");
                case '\\' -> quoted.append("\\\\");
                case '\0' -> quoted.append("\\0");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\u001a' -> quoted.append("\\Z");
                default -> quoted.append(c);
            }
        }
        return quoted.append('\'').toString();
    }

    /// A user with its host.
    static String user(String user, String host) {
        return string(user) + "@" + string(host);
    }

    /// The pattern of `LIKE` and of grants that matches exactly this text.
    static String pattern(String literal) {
        return literal.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    }
}
