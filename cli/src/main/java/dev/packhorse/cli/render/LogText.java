package dev.packhorse.cli.render;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Turns the JSON lines of a session's log into plain ones; a line that comes in parts is put
/// together. One log, one thread.
public final class LogText {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final StringBuilder open = new StringBuilder();

    /// The plain lines that become complete with these JSON lines.
    public List<String> lines(String jsonLines) {
        List<String> lines = new ArrayList<>();
        jsonLines.lines().filter(line -> !line.isBlank()).forEach(line -> add(line, lines));
        return lines;
    }

    private void add(String json, List<String> lines) {
        JsonNode entry;
        try {
            entry = JSON.readTree(json);
        } catch (JacksonException _) {
            lines.add(printable(json));
            return;
        }
        JsonNode contents = entry.path("contents");
        if (contents.isObject()) {
            lines.add(
                    printable(
                            "["
                                    + contents.path("action").asString("")
                                    + "] "
                                    + contents.path("msg")));
            return;
        }
        if (open.isEmpty()) {
            open.append(entry.path("timestamp").asString("")).append(' ');
            open.repeat(' ', 2 * entry.path("indent").asInt(0));
        }
        open.append(contents.asString("").stripTrailing());
        if (entry.path("partial").asInt(0) == 0) {
            lines.add(printable(open.toString()));
            open.setLength(0);
        }
    }

    /// What a terminal would obey is made visible instead.
    public static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\u0080-\u009f\u202a-\u202e\u2066-\u2069]", "?");
    }
}
