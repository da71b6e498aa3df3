package dev.packhorse.engine.component.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts a zone's text into statements: a record, a directive, or lines that hold comments alone.
///
/// Source: RFC 1035 section 5.1.
final class ZoneStatements {
    /// One statement.
    ///
    /// @param raw its lines as they stand, with their line ends
    /// @param words its words, quotes and escapes kept; empty if there are only comments
    /// @param comments the comments in it, without their semicolon
    /// @param ownerless whether its first line begins with a blank
    record Statement(String raw, List<String> words, List<String> comments, boolean ownerless) {
        Statement {
            words = List.copyOf(words);
            comments = List.copyOf(comments);
        }
    }

    private final String text;
    private final List<Statement> statements = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private int at;
    private int start;
    private boolean open;

    private ZoneStatements(String text) {
        this.text = text;
    }

    /// The statements; empty if a quote or parenthesis is not closed.
    static Optional<List<Statement>> of(String text) {
        ZoneStatements cut = new ZoneStatements(text);
        return cut.run() ? Optional.of(cut.statements) : Optional.empty();
    }

    private boolean run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                at++;
                if (!open) {
                    end();
                }
            } else if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (c == ';') {
                int end = text.indexOf('\n', at);
                end = end < 0 ? text.length() : end;
                comments.add(text.substring(at + 1, end).strip());
                at = end;
            } else if (c == '(' || c == ')') {
                if (open == (c == '(')) {
                    return false;
                }
                open = c == '(';
                at++;
            } else if (!word()) {
                return false;
            }
        }
        if (start < text.length() && !open) {
            end();
        }
        return !open;
    }

    private boolean word() {
        int from = at;
        boolean quoted = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || (!quoted && " \t\r;()".indexOf(c) >= 0)) {
                break;
            }
            if (c == '"') {
                quoted = !quoted;
            }
            at += c == '\\' && at + 1 < text.length() && text.charAt(at + 1) != '\n' ? 2 : 1;
        }
        words.add(text.substring(from, at));
        return !quoted;
    }

    private void end() {
        String raw = text.substring(start, at);
        boolean ownerless = raw.startsWith(" ") || raw.startsWith("\t");
        statements.add(new Statement(raw, words, comments, ownerless));
        words.clear();
        comments.clear();
        start = at;
    }
}
