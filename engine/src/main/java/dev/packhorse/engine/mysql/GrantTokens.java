package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;

/// Splits a `GRANT` statement into tokens. Quoted names keep the backslashes of their wildcards.
final class GrantTokens {
    private final String line;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private GrantTokens(String line) {
        this.line = line;
    }

    /// Splits one statement.
    ///
    /// @throws IllegalArgumentException if a quote is not closed
    static List<Token> of(String line) {
        GrantTokens reader = new GrantTokens(line);
        reader.read();
        return reader.tokens;
    }

    private void read() {
        while (at < line.length()) {
            char c = line.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '\'' || c == '"' || c == '`') {
                quoted(c);
            } else if (isWord(c)) {
                word();
            } else if (c == ';') {
                end();
                return;
            } else {
                at++;
                add(Token.Kind.SYMBOL, String.valueOf(c));
            }
        }
    }

    private void end() {
        if (!line.substring(at + 1).isBlank()) {
            throw new IllegalArgumentException("two statements on one line");
        }
        at = line.length();
    }

    private void quoted(char quote) {
        StringBuilder text = new StringBuilder();
        at++;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == quote) {
                if (at < line.length() && line.charAt(at) == quote) {
                    at++;
                } else {
                    add(quote == '`' ? Token.Kind.NAME : Token.Kind.STRING, text.toString());
                    return;
                }
            } else if (c == '\\' && quote != '`' && at < line.length() && escapes(at)) {
                c = line.charAt(at++);
            }
            text.append(c);
        }
        throw new IllegalArgumentException("an open quote");
    }

    private boolean escapes(int index) {
        return "\\'\"".indexOf(line.charAt(index)) >= 0;
    }

    private void word() {
        int start = at;
        while (at < line.length() && isWord(line.charAt(at))) {
            at++;
        }
        add(Token.Kind.WORD, line.substring(start, at));
    }

    /// Unquoted hosts have dots and dashes, but a dot also parts database and table, so it is no
    /// part of a word; such hosts are quoted by every known writer.
    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '%' || c == '-';
    }

    private void add(Token.Kind kind, String text) {
        tokens.add(new Token(kind, text, 1, 0, 0));
    }
}
