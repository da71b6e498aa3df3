package dev.packhorse.engine.rootfile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// YAML files that hold one flat map of scalars, as cPanel keeps settings in: `---`, then a line a
/// key. Every scalar is taken as its text, whatever a YAML reader would make of it, so that `yes`,
/// `007` and `1,15` come back as they were written.
///
/// Source: cpmove-format 3.5 and 3.6.
public final class FlatYaml {
    private static final int MAX_BYTES = 1 << 20;
    private static final YAMLFactory YAML = new YAMLFactory();

    /// What needs no quotes: no YAML indicator at the start, no `: `, no ` #`, no blank at the end.
    private static final Pattern PLAIN =
            Pattern.compile(
                    "[A-Za-z0-9/._+(][A-Za-z0-9/._+()@%=,;~ -]*(?<! )|-{1,2}[A-Za-z0-9][^\\s:#'\"]*");

    /// What other readers would not take as text, or what cPanel quotes.
    private static final Pattern WORD =
            Pattern.compile("(?i)yes|no|true|false|on|off|y|n|null|\\.nan|\\.inf|---.*|\\.\\.\\.");

    private FlatYaml() {}

    /// One value with the line it stands on, counted from 1.
    ///
    /// @param value the text, empty for YAML's null
    public record Entry(Optional<String> value, int line) {}

    /// Reads a file, keys in the file's order.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    /// @throws IOException if it cannot be read, is larger than 1 MiB, or holds anything but one
    ///   flat map with each key once; the message names file and line
    public static Map<String, Entry> read(Path file) throws IOException {
        String text = text(file);
        try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
            return entries(file, parser);
        } catch (JacksonException e) {
            throw new IOException(
                    at(file, line(e.getLocation())) + firstLine(e.getOriginalMessage()), e);
        }
    }

    /// The text of a file with these values in the order of their keys.
    public static String write(SortedMap<String, Optional<String>> values) {
        StringBuilder text = new StringBuilder("---\n");
        values.forEach((key, value) ->
                text.append(scalar(key))
                        .append(": ")
                        .append(value.map(FlatYaml::scalar).orElse("~"))
                        .append('\n'));
        return text.toString();
    }

    /// Words for an error about a place in a file: `FILE, line 3: `.
    public static String at(Path file, int line) {
        return file + ", line " + line + ": ";
    }

    private static String text(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + " is larger than 1 MiB, which no settings file is");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not UTF-8 text", e);
        }
    }

    private static Map<String, Entry> entries(Path file, JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException(at(file, 1) + "expected lines of the form KEY: value");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            int line = line(parser.currentTokenLocation());
            boolean alias = parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
            if (!token.isScalarValue() || alias) {
                throw new IOException(at(file, line) + key + " must have one plain value");
            }
            Optional<String> value =
                    token == JsonToken.VALUE_NULL
                            ? Optional.empty()
                            : Optional.of(parser.getString());
            if (entries.put(key, new Entry(value, line)) != null) {
                throw new IOException(at(file, line) + key + " is there twice");
            }
        }
        if (parser.nextToken() != null) {
            throw new IOException(
                    at(file, line(parser.currentTokenLocation())) + "expected the end of the file");
        }
        return entries;
    }

    private static int line(TokenStreamLocation location) {
        return Math.max(1, location.getLineNr());
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not YAML");
    }

    private static String scalar(String text) {
        if (text.codePoints().anyMatch(FlatYaml::needsEscape)) {
            return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
        }
        if (PLAIN.matcher(text).matches() && !WORD.matcher(text).matches()) {
            return text;
        }
        return "'" + text.replace("'", "''") + "'";
    }

    private static boolean needsEscape(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || codePoint == 0xFEFF;
    }
}
