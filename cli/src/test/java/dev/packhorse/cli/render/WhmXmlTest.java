package dev.packhorse.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.json.Json;
import dev.packhorse.cli.json.JsonReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WhmXmlTest {
    private static String xml(String json) {
        Json read = JsonReader.read(json.getBytes(StandardCharsets.UTF_8));
        return WhmXml.document((Json.Members) read);
    }

    @Test
    void aListIsItsElementRepeatedAndNothingAnEmptyOne() {
        String answer =
                """
                {"data":{"acct":[{"user":"a<b&\\"c\\"","n":1.5,"gone":null,"on":true}],"none":[],
                 "list":[[1,2]],"2026-11-20":"d"}}
                """;
        assertThat(xml(answer))
                .isEqualTo(
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                                + "<result><data><acct><user>a&lt;b&amp;&quot;c&quot;</user>"
                                + "<n>1.5</n><gone></gone><on>1</on></acct>"
                                + "<list><item>1</item><item>2</item></list>"
                                + "<_2026-11-20 name=\"2026-11-20\">d</_2026-11-20>"
                                + "</data></result>\n");
    }
}
