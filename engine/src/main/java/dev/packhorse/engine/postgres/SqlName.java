package dev.packhorse.engine.postgres;

/// Names and texts in SQL of ours.
final class SqlName {
    private SqlName() {}

    /// An identifier in quotes.
    static String quoted(String name) {
        return '"' + plain(name).replace("\"", "\"\"") + '"';
    }

    /// A string literal, for servers with `standard_conforming_strings`, which every session of
    /// ours switches on.
    static String text(String value) {
        return "'" + plain(value).replace("'", "''") + "'";
    }

    private static String plain(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("control character in SQL text");
        }
        return text;
    }
}
