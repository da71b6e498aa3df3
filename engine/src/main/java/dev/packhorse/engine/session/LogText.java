package dev.packhorse.engine.session;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Makes text harmless: names of files and databases come from customers, logs are read in
/// terminals and browsers.
final class LogText {
    private static final int MAX_LENGTH = 8_192;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private LogText() {}

    /// One line: control characters, direction marks and the like are written as `\\u001b`, and
    /// text past 8,192 characters is cut.
    static String oneLine(String text) {
        return oneLine(text, MAX_LENGTH);
    }

    static String oneLine(String text, int maxLength) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), maxLength) + 16);
        text.codePoints().limit(maxLength).forEach(point -> append(point, line));
        if (text.length() > maxLength && text.codePointCount(0, text.length()) > maxLength) {
            line.append('…');
        }
        return line.toString();
    }

    /// The JSON line of an object, with its line end. Angle brackets are escaped, since some
    /// clients take any answer that holds `<html>` for a failed login.
    static String json(ObjectNode object) {
        return MAPPER.writeValueAsString(object).replace("<", "\\u003c").replace(">", "\\u003e")
                + "\n";
    }

    private static void append(int point, StringBuilder line) {
        switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    line.append(String.format("\\u%04x", point));
            default -> line.appendCodePoint(point);
        }
    }
}
