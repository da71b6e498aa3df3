package dev.packhorse.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.json.Json;
import dev.packhorse.cli.json.JsonReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class WhmYamlTest {
    private static String yaml(String json) {
        Json read = JsonReader.read(json.getBytes(StandardCharsets.UTF_8));
        return WhmYaml.document((Json.Members) read);
    }

    @Test
    void theFormIsTheOneThatScriptsCountLinesOf() {
        String answer =
                """
                {"metadata":{"version":1,"reason":"OK","result":1,"command":"create_user_session"},
                 "data":{"url":"https://host.example:2087/cpsess1/login/?session=root%3axyz","session":"root:xyz:create_user_session,0a1b",
                 "locale":"en","service":"whostmgrd","expires":1583870000,"cp_security_token":"/cpsess1"}}
                """;
        assertThat(yaml(answer))
                .isEqualTo(
                        """
                        ---
                        data:
                          cp_security_token: /cpsess1
                          expires: 1583870000
                          locale: en
                          service: whostmgrd
                          session: root:xyz:create_user_session,0a1b
                          url: https://host.example:2087/cpsess1/login/?session=root%3axyz
                        metadata:
                          command: create_user_session
                          reason: OK
                          result: 1
                          version: 1
                        """);
    }

    @Test
    void listItemsStandOnLinesOfTheirOwn() {
        assertThat(yaml("{\"data\":{\"backup_set\":[\"2026-11-24\",\"2026-11-23\"]}}"))
                .isEqualTo("---\ndata:\n  backup_set:\n    - 2026-11-24\n    - 2026-11-23\n");
        assertThat(yaml("{\"data\":{\"job\":[{\"b\":1,\"a\":[]}]}}"))
                .isEqualTo("---\ndata:\n  job:\n    -\n      a: []\n      b: 1\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|''",
                "plain text|plain text",
                "a: b|'a: b'",
                "# x|'# x'",
                "it's|it's",
                "-x|-x",
                "- x|'- x'"
            })
    void scalarsArePlainWhereYamlAllowsIt(String value, String expected) {
        JsonNode node = JsonMapper.shared().createObjectNode().put("k", value == null ? "" : value);
        assertThat(yaml(node.toString())).isEqualTo("---\nk: " + expected + "\n");
    }

    @Test
    void anyTextIsReadBackAsItWas() {
        for (String value :
                new String[] {
                    "",
                    " ",
                    "a\nb",
                    "tab\there",
                    "\"quoted\"",
                    "'",
                    "null",
                    "~",
                    "true",
                    "a #b",
                    "end:",
                    "[x]",
                    "{y}",
                    "%z",
                    "ä€😀",
                    "\u0007"
                }) {
            JsonNode node = JsonMapper.shared().createObjectNode().put("k", value);
            JsonNode back = new YAMLMapper().readTree(yaml(node.toString()));
            assertThat(back.path("k").asString("?")).isEqualTo(value);
        }
    }
}
