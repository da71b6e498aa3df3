package dev.packhorse.cli.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one JSON document by the letter of RFC 8259. A repeated name counts as the last one says.
public final class JsonReader {
    private static final int DEEPEST = 500;
    private static final String ESCAPED = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /// The document.
    ///
    /// @throws IllegalArgumentException if it is not one; the message says where
    public static Json read(byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8", e);
        }
        JsonReader reader = new JsonReader(text.startsWith("\ufeff") ? text.substring(1) : text);
        Json value = reader.value();
        reader.blanks();
        if (reader.at < reader.text.length()) {
            throw reader.wrong("something follows the value");
        }
        return value;
    }

    private Json value() {
        blanks();
        return switch (peek()) {
            case '{' -> nested(this::members);
            case '[' -> nested(this::items);
            case '"' -> new Json.Text(string());
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private Json nested(java.util.function.Supplier<Json> inner) {
        depth++;
        if (depth > DEEPEST) {
            throw wrong("it is nested too deep");
        }
        at++;
        blanks();
        Json value = inner.get();
        depth--;
        return value;
    }

    private Json members() {
        Map<String, Json> values = new LinkedHashMap<>();
        if (took('}')) {
            return new Json.Members(values);
        }
        do {
            blanks();
            if (peek() != '"') {
                throw wrong("a name in quotes is expected");
            }
            String name = string();
            blanks();
            expect(':');
            values.put(name, value());
            blanks();
        } while (took(','));
        expect('}');
        return new Json.Members(values);
    }

    private Json items() {
        List<Json> values = new ArrayList<>();
        if (took(']')) {
            return new Json.Items(values);
        }
        do {
            values.add(value());
            blanks();
        } while (took(','));
        expect(']');
        return new Json.Items(values);
    }

    private String string() {
        at++;
        int from = at;
        StringBuilder unescaped = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at);
            if (c < ' ') {
                throw wrong("a control character stands in a text");
            }
            if (c == '\\') {
                unescaped.append(text, from, at);
                at++;
                unescaped.append(escape());
                from = at;
            } else {
                at++;
            }
        }
        unescaped.append(text, from, at);
        at++;
        return unescaped.toString();
    }

    private char escape() {
        char c = peek();
        at++;
        int known = ESCAPED.indexOf(c);
        if (known >= 0) {
            return MEANT.charAt(known);
        }
        if (c != 'u' || at + 4 > text.length()) {
            throw wrong("an escape is wrong");
        }
        int code = 0;
        for (int i = 0; i < 4; i++, at++) {
            int digit = Character.digit(text.charAt(at), 16);
            if (digit < 0 || text.charAt(at) > 'f') {
                throw wrong("an escape is wrong");
            }
            code = code * 16 + digit;
        }
        return (char) code;
    }

    private Json word(String word) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value is expected");
        }
        at += word.length();
        return new Json.Literal(word);
    }

    private Json number() {
        int from = at;
        took('-');
        boolean zero = took('0');
        if (!zero) {
            digits();
        }
        boolean whole = true;
        if (took('.')) {
            digits();
            whole = false;
        }
        if (took('e') || took('E')) {
            if (!took('+')) {
                took('-');
            }
            digits();
            whole = false;
        }
        String word = text.substring(from, at);
        // In the one form that every writer gives them.
        if (!whole) {
            word = Double.toString(Double.parseDouble(word));
        }
        return new Json.Literal(word.equals("-0") ? "0" : word);
    }

    private void digits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            throw wrong("a value is expected");
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("it ends too early");
        }
        return text.charAt(at);
    }

    private boolean took(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!took(c)) {
            throw wrong("'" + c + "' is expected");
        }
    }

    private IllegalArgumentException wrong(String what) {
        long line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
        int column = at - text.lastIndexOf('\n', Math.max(at - 1, 0));
        return new IllegalArgumentException(what + " (line " + line + ", column " + column + ")");
    }
}
