package dev.packhorse.engine.http;

import dev.packhorse.engine.whm.Reply;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Answers as XML: an element for each member, a list as its element repeated, nothing as an empty
/// element. A member whose name cannot name an element has one made of it, and keeps its own as the
/// attribute `name`.
///
/// Source: whmapi1-protocol 3.11.
final class XmlAnswer {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final Writer out;

    private XmlAnswer(Writer out) {
        this.out = out;
    }

    /// Writes an answer. API 1 has the root `result`, API 0 the name of the function.
    static void write(Reply reply, Writer out) throws IOException {
        boolean enveloped = reply.body().has("metadata");
        write(enveloped ? "result" : reply.command(), reply.body(), out);
    }

    /// Writes any tree.
    static void write(String root, JsonNode tree, Writer out) throws IOException {
        out.write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        new XmlAnswer(out).element(root, tree);
        out.write("\n");
    }

    private void element(String name, JsonNode value) throws IOException {
        if (value.isArray()) {
            for (JsonNode member : value) {
                single(name, member);
            }
        } else {
            single(name, value);
        }
    }

    private void single(String name, JsonNode value) throws IOException {
        String tag = tag(name);
        out.write('<');
        out.write(tag);
        if (!tag.equals(name)) {
            out.write(" name=\"");
            text(name);
            out.write('"');
        }
        out.write('>');
        content(value);
        out.write("</");
        out.write(tag);
        out.write('>');
    }

    private void content(JsonNode value) throws IOException {
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                element(member.getKey(), member.getValue());
            }
        } else if (value.isArray()) {
            element("item", value);
        } else if (value.isBoolean()) {
            out.write(value.booleanValue() ? "1" : "0");
        } else if (!value.isNull()) {
            text(value.asString());
        }
    }

    private static String tag(String name) {
        if (NAME.matcher(name).matches()) {
            return name;
        }
        String clean = name.replaceAll("[^A-Za-z0-9_.-]", "_");
        return clean.isEmpty() || !NAME.matcher(clean).matches() ? "_" + clean : clean;
    }

    /// Characters that XML cannot hold at all are shown as the replacement character.
    private void text(String text) throws IOException {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '<' -> out.write("&lt;");
                case '>' -> out.write("&gt;");
                case '&' -> out.write("&amp;");
                case '"' -> out.write("&quot;");
                case '\r' -> out.write("&#13;");
                default -> out.write(Character.toString(isLegal(c) ? c : 0xFFFD));
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
