package dev.packhorse.engine.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Flattens nested YAML maps of scalars into dotted keys with their line numbers. No anchors'
/// magic, no tags, no lists.
final class YamlSettings {
    private static final long MAX_BYTES = 1 << 20;

    private final String place;
    private final List<ConfigProblem> problems;
    private final List<Line> lines = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final Deque<String> path = new ArrayDeque<>();

    /// A key, its value's text and where it stands.
    record Line(int number, String key, String value) {}

    private YamlSettings(String place, List<ConfigProblem> problems) {
        this.place = place;
        this.problems = problems;
    }

    static List<Line> read(Path file, List<ConfigProblem> problems) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("it is larger than 1 MiB");
        }
        YamlSettings reader = new YamlSettings(file.toString(), problems);
        try (JsonParser parser = new YAMLMapper().createParser(Files.readString(file))) {
            reader.document(parser);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            reader.complain(line, "", "is not valid YAML: " + firstLine(e.getOriginalMessage()));
        }
        return reader.lines;
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private void document(JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            complain(1, "", "must be a map of settings");
            return;
        }
        object(parser);
        if (parser.nextToken() != null) {
            complain(parser.currentTokenLocation().getLineNr(), "", "has text after the settings");
        }
    }

    private void object(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            path.addLast(parser.currentName());
            int line = parser.currentTokenLocation().getLineNr();
            String key = String.join(".", path);
            JsonToken value = parser.nextToken();
            if (!seen.add(key)) {
                complain(line, key, "is there twice");
            }
            if (value == JsonToken.START_OBJECT) {
                object(parser);
            } else if (value.isScalarValue()) {
                lines.add(
                        new Line(
                                line,
                                key,
                                value == JsonToken.VALUE_NULL ? "" : parser.getString()));
            } else {
                complain(line, key, "must be one value, not a list");
                parser.skipChildren();
            }
            path.removeLast();
        }
    }

    private void complain(int line, String key, String message) {
        problems.add(new ConfigProblem(place, line, key, message, ""));
    }
}
