package dev.packhorse.engine.mysql;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A piece of a statement.
///
/// @param kind what it is
/// @param text its bytes as ISO 8859-1, without quotes and with doubled quotes and escapes undone;
///   cut where it is longer than anything that is looked at
/// @param line where it begins
/// @param start where it begins in the statement's buffer
/// @param end where it ends there
record Token(Kind kind, String text, long line, int start, int end) {
    enum Kind {
        /// Letters, digits, `_`, `$` and bytes beyond ASCII: keywords, plain names, numbers.
        WORD,
        /// A name in backticks, or in double quotes where they quote names.
        NAME,
        STRING,
        /// One other character.
        SYMBOL,
        /// The delimiter.
        END,
        /// The end of the dump.
        EOF
    }

    boolean isWord(String upperCase) {
        return kind == Kind.WORD && text.equalsIgnoreCase(upperCase);
    }

    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && text.charAt(0) == symbol;
    }

    /// Whether it may name a table, a variable or a user.
    boolean isName() {
        return kind == Kind.NAME || kind == Kind.WORD;
    }

    String upper() {
        return text.toUpperCase(Locale.ROOT);
    }

    /// The text as UTF-8.
    String utf8() {
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
