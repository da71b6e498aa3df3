package dev.packhorse.cli.render;

import dev.packhorse.cli.json.Json;
import java.util.Map;
import java.util.regex.Pattern;

/// Answers as XML, byte for byte as the daemon gives them out under `/xml-api/`. Source:
/// `whmapi1-protocol` sections 3.11 and 7.2.
public final class WhmXml {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final StringBuilder out = new StringBuilder();

    private WhmXml() {}

    /// The whole document, ending in a line break.
    ///
    /// @param answer what its root holds
    public static String document(Json.Members answer) {
        WhmXml xml = new WhmXml();
        xml.out.append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        xml.element("result", answer);
        return xml.out.append('\n').toString();
    }

    private void element(String name, Json value) {
        if (value instanceof Json.Items list) {
            list.values().forEach(each -> single(name, each));
        } else {
            single(name, value);
        }
    }

    private void single(String name, Json value) {
        String tag = tag(name);
        out.append('<').append(tag);
        if (!tag.equals(name)) {
            out.append(" name=\"");
            text(name);
            out.append('"');
        }
        out.append('>');
        content(value);
        out.append("</").append(tag).append('>');
    }

    private void content(Json value) {
        // Not a switch over patterns: the JDK spins classes for one at each start of a command.
        if (value instanceof Json.Members object) {
            for (Map.Entry<String, Json> member : object.values().entrySet()) {
                element(member.getKey(), member.getValue());
            }
        } else if (value instanceof Json.Items) {
            element("item", value);
        } else if (value instanceof Json.Text text) {
            text(text.value());
        } else if (value instanceof Json.Literal literal && !literal.isNull()) {
            out.append(number(literal.word()));
        }
    }

    private static String number(String word) {
        if (word.equals("true")) {
            return "1";
        }
        return word.equals("false") ? "0" : word;
    }

    private static String tag(String name) {
        if (NAME.matcher(name).matches()) {
            return name;
        }
        String clean = name.replaceAll("[^A-Za-z0-9_.-]", "_");
        return clean.isEmpty() || !NAME.matcher(clean).matches() ? "_" + clean : clean;
    }

    /// Characters that XML cannot hold at all are shown as the replacement character.
    private void text(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\r' -> out.append("&#13;");
                default -> out.appendCodePoint(isLegal(c) ? c : 0xFFFD);
            }
        }
    }

    private static boolean isLegal(int c) {
        return c == '\t'
                || c == '\n'
                || (c >= 0x20 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }
}
