package dev.packhorse.engine.host;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes [YamlNode]s in the form of the host's userdata files: a `---` line, two blanks a level,
/// list items one level below their key, keys sorted, empty collections inline with a blank line
/// after them, plain scalars wherever YAML allows them, since most readers of these files look at
/// lines.
///
/// Source: public copies of live files; importers that cut a line at the first blank.
final class YamlWriter {
    /// What a reader of YAML 1.1 would take for something else than text.
    private static final Set<String> WORDS =
            Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~");

    private static final Pattern PLAIN = Pattern.compile("[^\\s!&*\\-?:,\\[\\]{}#|>@`\"'%=<].*");
    private static final Pattern PLAIN_DASH = Pattern.compile("[-?:]\\S.*");
    private static final String PLAIN_BREAKERS = "\"\\";

    private final StringBuilder text = new StringBuilder("---\n");

    private YamlWriter() {}

    static String write(YamlNode.Fields document) {
        YamlWriter writer = new YamlWriter();
        if (document.values().isEmpty()) {
            return "--- {}\n\n";
        }
        writer.fields(document, 0);
        return writer.text.toString();
    }

    private void fields(YamlNode.Fields fields, int level) {
        fields.values()
                .forEach((key, value) -> {
                    indent(level).append(scalar(key)).append(':');
                    value(value, level);
                });
    }

    private void value(YamlNode value, int level) {
        switch (value) {
            case YamlNode.Scalar(String content, _) ->
                    text.append(' ').append(scalar(content)).append('\n');
            case YamlNode.Fields fields when fields.values().isEmpty() -> text.append(" {}\n\n");
            case YamlNode.Items items when items.values().isEmpty() -> text.append(" []\n\n");
            case YamlNode.Fields fields -> {
                text.append('\n');
                fields(fields, level + 1);
            }
            case YamlNode.Items items -> {
                text.append('\n');
                for (YamlNode item : items.values()) {
                    indent(level + 1).append('-');
                    value(item, level + 1);
                }
            }
        }
    }

    private StringBuilder indent(int level) {
        return text.repeat("  ", level);
    }

    private static String scalar(String value) {
        if (value.isEmpty()) {
            return "''";
        }
        if (needsEscapes(value)) {
            return doubleQuoted(value);
        }
        return isPlain(value) ? value : "'" + value.replace("'", "''") + "'";
    }

    private static boolean needsEscapes(String value) {
        return value.chars()
                .anyMatch(c ->
                        Character.isISOControl(c)
                                || PLAIN_BREAKERS.indexOf(c) >= 0
                                || c == 0x2028
                                || c == 0x2029
                                || c == 0xfeff);
    }

    private static boolean isPlain(String value) {
        return (PLAIN.matcher(value).matches() || PLAIN_DASH.matcher(value).matches())
                && !value.contains(": ")
                && !value.contains(" #")
                && !value.endsWith(":")
                && value.equals(value.strip())
                && !value.startsWith("---")
                && !WORDS.contains(value.toLowerCase(Locale.ROOT));
    }

    private static String doubleQuoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.chars()
                .forEach(c -> {
                    switch (c) {
                        case '"' -> quoted.append("\\\"");
                        case '\\' -> quoted.append("\\\\");
                        case '\n' -> quoted.append("\\n");
                        case '\t' -> quoted.append("\\t");
                        case '\r' -> quoted.append("\\r");
                        default -> {
                            if (Character.isISOControl(c)
                                    || c == 0x2028
                                    || c == 0x2029
                                    || c == 0xfeff) {
                                quoted.append("\\u%04x".formatted(c));
                            } else {
                                quoted.append((char) c);
                            }
                        }
                    }
                });
        return quoted.append('"').toString();
    }
}
