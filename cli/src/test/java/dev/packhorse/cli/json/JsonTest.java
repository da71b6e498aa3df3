package dev.packhorse.cli.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Our small reader and writer against Jackson, byte for byte.
class JsonTest {
    private static final JsonMapper JACKSON = JsonMapper.shared();
    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String[] TEXTS = {
        "", "a", "\"", "\\", "/", "\b\f\n\r\t", "\u0000\u001f\u007f", "ä€😀", "a: b", "</script>"
    };
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "7",
        "-12",
        "123456789012345678901234567890",
        "1.5",
        "1.50",
        "1e3",
        "1E-7",
        "-0.0",
        "100000000.25"
    };

    private static Json read(String text) {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatItWritesIsWhatJacksonWrites() {
        Random random = new Random(14);
        for (int round = 0; round < 2_000; round++) {
            String document = document(random, 4);
            JsonNode node = JACKSON.readTree(document);
            String compact = harmless(node.toString());
            String pretty = PRETTY.writeValueAsString(node);
            assertThat(JsonText.compact(read(document))).isEqualTo(compact);
            assertThat(JsonText.pretty(read(document))).isEqualTo(harmless(pretty));
            assertThat(JsonText.compact(read(pretty))).isEqualTo(compact);
        }
    }

    /// Without the characters that terminals act upon and Jackson lets through.
    private static String harmless(String json) {
        return Pattern.compile("[\\x7f-\\x9f]")
                .matcher(json)
                .replaceAll(found -> "\\\\u%04X".formatted((int) found.group().charAt(0)));
    }

    private static String document(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 3 : 5);
        return switch (kind) {
            case 0 -> quoted(TEXTS[random.nextInt(TEXTS.length)], random);
            case 1 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 2 -> new String[] {"true", "false", "null"}[random.nextInt(3)];
            case 3 -> list(random, depth);
            default -> object(random, depth);
        };
    }

    private static String list(Random random, int depth) {
        StringBuilder out = new StringBuilder("[ ");
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            out.append(i > 0 ? " ,\n" : "").append(document(random, depth - 1));
        }
        return out.append(']').toString();
    }

    private static String object(Random random, int depth) {
        StringBuilder out = new StringBuilder("{\t");
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            String name = i + TEXTS[random.nextInt(TEXTS.length)];
            out.append(i > 0 ? "\r\n, " : "").append(quoted(name, random));
            out.append(" : ").append(document(random, depth - 1));
        }
        return out.append('}').toString();
    }

    private static String quoted(String text, Random random) {
        if (random.nextBoolean()) {
            return JsonNodeFactory.instance.stringNode(text).toString();
        }
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> out.append(String.format("\\u%04x", c)));
        return out.append('"').toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1,]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{\"a\":1,}",
                "\"x",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "\"a\nb\"",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "-",
                "tru",
                "nul",
                "1 2",
                "NaN",
                "'a'",
                "]"
            })
    void whatIsNotJsonIsRefusedAsJacksonDoes(String text) {
        assertThatThrownBy(() -> JACKSON.readValue(text, Object.class)).isNotNull();
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(line 1, column ");
    }

    @Test
    void errorsSayWhere() {
        assertThatThrownBy(() -> read("{\n  \"a\": x\n}")).hasMessageContaining("line 2, column 8");
    }

    @Test
    void nestingAndEncodingAreBounded() {
        String deep = "[".repeat(500) + "]".repeat(500);
        assertThat(JsonText.compact(read(deep))).isEqualTo(deep);
        assertThatThrownBy(() -> read("[".repeat(501) + "]".repeat(501)))
                .hasMessageContaining("too deep");
        assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xff, '"'}))
                .hasMessageContaining("UTF-8");
        assertThat(read("\ufeff1")).isEqualTo(new Json.Literal("1"));
    }
}
