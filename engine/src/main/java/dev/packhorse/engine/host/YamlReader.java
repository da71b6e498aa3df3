package dev.packhorse.engine.host;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads YAML that may be hostile into [YamlNode]s: one document, no anchors, aliases or tags, no
/// key twice, at most 1,048,576 characters, 32 levels and 50,000 values. Nothing is ever turned
/// into an object.
final class YamlReader {
    private static final int MAX_LENGTH = 1 << 20;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_VALUES = 50_000;
    private static final YAMLFactory FACTORY = YAMLFactory.builder().build();

    private static final Pattern PLACE = Pattern.compile(" line ([0-9]{1,9}), column ");

    private final String file;
    private final YAMLParser parser;
    private int values;

    private YamlReader(String file, YAMLParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /// The map that a file holds; an empty file is an empty map.
    ///
    /// @param file named in complaints
    /// @throws HostFormatException for anything else
    static YamlNode.Fields read(String file, String text) throws HostFormatException {
        if (text.length() > MAX_LENGTH) {
            throw new HostFormatException(file, 0, "longer than " + MAX_LENGTH + " characters");
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return new YamlReader(file, (YAMLParser) parser).document();
        } catch (JacksonException e) {
            throw notYaml(file, e);
        }
    }

    /// The parser's message has a line of what it was doing, one of what it found, and indented
    /// ones with the place of each.
    private static HostFormatException notYaml(String file, JacksonException e) {
        String message = e.getOriginalMessage();
        TokenStreamLocation place = e.getLocation();
        int line = place == null ? 0 : Math.max(place.getLineNr(), 0);
        Matcher places = PLACE.matcher(message);
        while (places.find()) {
            line = Integer.parseInt(places.group(1));
        }
        String problem =
                message.lines()
                        .filter(text -> !text.isBlank() && !text.startsWith(" "))
                        .collect(Collectors.joining(": "));
        return new HostFormatException(file, line, "not YAML: " + problem, e);
    }

    private YamlNode.Fields document() throws HostFormatException {
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.VALUE_NULL) {
            return new YamlNode.Fields(new TreeMap<>(), 0);
        }
        if (token != JsonToken.START_OBJECT) {
            throw problem("not a map");
        }
        YamlNode.Fields fields = fields(1);
        if (parser.nextToken() != null) {
            throw problem("a second document");
        }
        return fields;
    }

    private YamlNode node(@Nullable JsonToken token, int depth) throws HostFormatException {
        if (token == null) {
            throw problem("cut short");
        }
        if (++values > MAX_VALUES) {
            throw problem("more than " + MAX_VALUES + " values");
        }
        refuseReferences();
        return switch (token) {
            case START_OBJECT -> fields(deeper(depth));
            case START_ARRAY -> items(deeper(depth));
            default -> scalar();
        };
    }

    private YamlNode.Scalar scalar() {
        String text = parser.getString();
        return new YamlNode.Scalar(text == null || isNull(text) ? "" : text, line());
    }

    /// The parser gives the text of an empty value as such a word.
    private boolean isNull(String text) {
        return parser.currentToken() == JsonToken.VALUE_NULL
                && (text.equals("null") || text.equals("~"));
    }

    private YamlNode.Fields fields(int depth) throws HostFormatException {
        int line = line();
        refuseReferences();
        SortedMap<String, YamlNode> fields = new TreeMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            refuseReferences();
            String key = parser.currentName();
            if (fields.containsKey(key)) {
                throw problem("key “" + DomainName.printable(key) + "” comes twice");
            }
            fields.put(key, node(parser.nextToken(), depth));
        }
        return new YamlNode.Fields(fields, line);
    }

    private YamlNode.Items items(int depth) throws HostFormatException {
        int line = line();
        List<YamlNode> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            items.add(node(token, depth));
        }
        return new YamlNode.Items(items, line);
    }

    private int deeper(int depth) throws HostFormatException {
        if (depth >= MAX_DEPTH) {
            throw problem("more than " + MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    private void refuseReferences() throws HostFormatException {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw problem("anchors and aliases are not allowed");
        }
        if (parser.getTypeId() != null) {
            throw problem("tags are not allowed");
        }
    }

    private int line() {
        return Math.max(parser.currentTokenLocation().getLineNr(), 0);
    }

    private HostFormatException problem(String text) {
        return new HostFormatException(file, line(), text);
    }
}
