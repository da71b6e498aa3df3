package dev.packhorse.cli.render;

import dev.packhorse.cli.json.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Answers as YAML in the form that scripts around `whmapi1` count lines of: `---`, two blanks a
/// level, keys sorted bytewise, scalars plain wherever YAML allows it, list items as `- value` on
/// lines of their own. Source: `whmapi1-protocol` section 7.6.
public final class WhmYaml {
    /// Texts that YAML would not read back as themselves when plain: indicators in front, `: ` or `
    /// #` inside, blanks at the edges, or control characters.
    private static final Pattern NEEDS_QUOTES =
            Pattern.compile(
                    "(?s)^[\\s\\-?:,\\[\\]{}#&*!|>'\"%@`].*|.*(: |\\s#|:$|[\\x00-\\x1f\\x7f-\\x9f]).*|.*\\s$|~|null|true|false");

    private static final Pattern PLAIN_DASH = Pattern.compile("(?s)-[^\\s].*");

    private final StringBuilder out = new StringBuilder();

    private WhmYaml() {}

    /// The whole document, ending in a line break.
    ///
    /// @param answer whose members it shows
    public static String document(Json.Members answer) {
        WhmYaml yaml = new WhmYaml();
        yaml.out.append("---\n");
        yaml.members(answer, 0);
        return yaml.out.toString();
    }

    private void members(Json.Members object, int level) {
        Map<String, Json> sorted = new TreeMap<>(object.values());
        sorted.forEach((key, value) -> {
            indent(level);
            out.append(scalar(key)).append(':');
            value(value, level + 1);
        });
    }

    /// Writes what follows `key:` or `-`, line break included.
    private void value(Json value, int level) {
        // Not a switch over patterns: the JDK spins classes for one at each start of a command.
        if (value instanceof Json.Members object && !object.values().isEmpty()) {
            out.append('\n');
            members(object, level);
        } else if (value instanceof Json.Items list && !list.values().isEmpty()) {
            out.append('\n');
            items(list.values(), level);
        } else {
            out.append(' ').append(leaf(value)).append('\n');
        }
    }

    private void items(List<Json> values, int level) {
        for (Json item : values) {
            indent(level);
            out.append('-');
            value(item, level + 1);
        }
    }

    private static String leaf(Json value) {
        if (value instanceof Json.Text text) {
            return scalar(text.value());
        }
        if (value instanceof Json.Literal literal) {
            return literal.isNull() ? "~" : literal.word();
        }
        return value instanceof Json.Items ? "[]" : "{}";
    }

    private static String scalar(String text) {
        if (text.isEmpty()) {
            return "''";
        }
        boolean quoted = NEEDS_QUOTES.matcher(text).matches() && !isHarmlessDash(text);
        if (!quoted) {
            return text;
        }
        return text.chars().anyMatch(WhmYaml::isControl) ? doubleQuoted(text) : singleQuoted(text);
    }

    private static boolean isHarmlessDash(String text) {
        return PLAIN_DASH.matcher(text).matches()
                && !NEEDS_QUOTES.matcher(text.substring(1)).matches();
    }

    /// Those beyond ASCII too, which a terminal may obey.
    private static boolean isControl(int c) {
        return c < 0x20 || (c >= 0x7f && c <= 0x9f);
    }

    private static String singleQuoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String doubleQuoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (isControl(c)) {
                        quoted.append("\\x%02X".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    private void indent(int level) {
        out.repeat("  ", level);
    }
}
