package dev.packhorse.cli.json;

import java.util.Iterator;
import java.util.Map;

/// Writes JSON, on one line or for people: two blanks a level, `"name" : value`, lists on one line
/// unless they hold objects. Scripts compare these bytes, so they stay.
public final class JsonText {
    private static final String HEX = "0123456789ABCDEF";

    private final StringBuilder out = new StringBuilder();
    private final boolean pretty;

    private JsonText(boolean pretty) {
        this.pretty = pretty;
    }

    /// On one line, without blanks.
    public static String compact(Json value) {
        return new JsonText(false).write(value);
    }

    /// For people.
    public static String pretty(Json value) {
        return new JsonText(true).write(value);
    }

    private String write(Json value) {
        value(value, 0);
        return out.toString();
    }

    private void value(Json value, int level) {
        // Not a switch over patterns: the JDK spins classes for one at each start of a command.
        if (value instanceof Json.Text text) {
            quoted(text.value());
        } else if (value instanceof Json.Literal literal) {
            out.append(literal.word());
        } else if (value instanceof Json.Items items) {
            items(items, level);
        } else if (value instanceof Json.Members members) {
            members(members, level);
        }
    }

    private void members(Json.Members members, int level) {
        out.append('{');
        if (members.values().isEmpty()) {
            out.append(pretty ? " }" : "}");
            return;
        }
        Iterator<Map.Entry<String, Json>> each = members.values().entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Json> member = each.next();
            line(level + 1);
            quoted(member.getKey());
            out.append(pretty ? " : " : ":");
            value(member.getValue(), level + 1);
            out.append(each.hasNext() ? "," : "");
        }
        line(level);
        out.append('}');
    }

    private void items(Json.Items items, int level) {
        out.append(pretty ? "[ " : "[");
        Iterator<Json> each = items.values().iterator();
        while (each.hasNext()) {
            value(each.next(), level);
            if (each.hasNext()) {
                out.append(pretty ? ", " : ",");
            }
        }
        out.append(pretty && !items.values().isEmpty() ? " ]" : "]");
    }

    private void line(int level) {
        if (pretty) {
            out.append('\n').repeat("  ", level);
        }
    }

    private void quoted(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    // a terminal may obey those beyond ASCII, too
                    if (c < ' ' || (c >= 0x7f && c <= 0x9f)) {
                        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
