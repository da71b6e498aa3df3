package dev.packhorse.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.json.Json;
import dev.packhorse.cli.json.JsonReader;
import dev.packhorse.cli.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Names and reasons that others wrote, with what a terminal would obey in them, in every text that
/// the commands print.
class HostileTextTest {
    private static final String HOSTILE =
            "a\u001b]0;x\u0007\u001b[2J\u009b31m\rb\u202ec\u2066d\u007f\n";
    private static final JsonMapper JSON = JsonMapper.shared();

    /// The same with every text hostile.
    private static JsonNode poisoned(String json) {
        JsonNode node = JSON.readTree(json);
        poison(node);
        return node;
    }

    private static void poison(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (var each : List.copyOf(object.properties())) {
                if (each.getValue().isString()) {
                    object.put(each.getKey(), HOSTILE);
                } else {
                    poison(each.getValue());
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).isString()) {
                    array.set(i, HOSTILE);
                } else {
                    poison(array.get(i));
                }
            }
        }
    }

    private static void assertHarmless(List<String> lines) {
        assertThat(lines).isNotEmpty();
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(line)
                                .doesNotContainPattern("[\\p{Cntrl}\u0080-\u009f]")
                                .doesNotContainPattern("[\u202a-\u202e\u2066-\u2069]"));
        assertThat(String.join("", lines)).as("the name is still shown").contains("a?");
    }

    @Test
    void jobsAndTheirProgress() {
        JsonNode job =
                poisoned(
                        """
                        {"id":"1","kind":"backup","state":"x","subject":"s","reason":"r",
                         "progress":{"stage":"packing","bytes":5,"expectedBytes":9},
                         "result":{"archive":"a","sizeBytes":1,"warnings":["w"],"errors":["e"],
                                   "drills":[{"account":"a","proven":false,"differences":["d"]}]}}
                        """);
        List<String> lines = new ArrayList<>(JobText.details(job));
        lines.add(JobText.line(job));
        lines.add(ProgressText.of(job, 0, Duration.ofSeconds(3)));
        assertHarmless(lines);
    }

    @Test
    void destinations() {
        JsonNode place =
                poisoned(
                        """
                        {"id":"i","type":"SFTP","name":"n","disabled":1,"disable_reason":"r",
                         "can":{"resumes_uploads":"by_byte"},
                         "promises":[{"kept":0,"promise":"p","reason":"r"}]}
                        """);
        List<String> lines = new ArrayList<>(DestinationText.report(place));
        lines.add(DestinationText.line(place));
        assertHarmless(lines);
    }

    @Test
    void howBackupsStand() {
        JsonNode standing =
                poisoned(
                        """
                        {"problem":"p","destinations":[{"name":"n","id":"i","state":"s","reason":"r",
                         "disable_reason":"r","last_upload":1}],
                         "failing":[{"user":"u","reason":"r","since":1,"failures":2}],
                         "running":[{"kind":"k","subject":"s"}]}
                        """);
        assertHarmless(StandingText.lines(standing, Instant.EPOCH, ZoneOffset.UTC));
    }

    @Test
    void plansRetentionVerificationAndLogs() {
        List<String> lines = new ArrayList<>();
        JsonNode data =
                poisoned(
                        """
                        {"destinations":[{"name":"n","destid":"d","brakes":["b"],
                           "points":[{"tier":"t","date":"d","user":"u","reasons":["r"]}],
                           "damaged":[{"verdict":"v","archive":"a","finding":"f"}],
                           "next":[{"archive":"a","proven":1,"size":1}]}],
                         "plans":[{"name":"n","settings":{"k":"v"},"unknown_destinations":["u"]}],
                         "accounts":[{"user":"u","problem":"p"}],
                         "places":[{"name":"n","destid":"d"}],
                         "lockouts":[{"address":"a","user":"u","until":1,"failures":3}]}
                        """);
        lines.addAll(RetentionText.plan(data));
        lines.addAll(VerificationText.plan(data, ZoneOffset.UTC));
        lines.addAll(AccountPlanText.lines(data, false));
        lines.addAll(LockoutText.list(data));
        lines.addAll(
                new LogText()
                        .lines(
                                "not JSON a\u001b[2J\n"
                                        + JSON.writeValueAsString(
                                                JSON.createObjectNode()
                                                        .put("contents", HOSTILE)
                                                        .put("partial", 0))));
        assertHarmless(lines);
    }

    /// Here nothing is replaced: who reads it as YAML or JSON gets the very text.
    @Test
    void answersOfWhmapi() throws Exception {
        String body = JSON.writeValueAsString(JSON.createObjectNode().put("name", HOSTILE));
        Json.Members answer = (Json.Members) JsonReader.read(body.getBytes(StandardCharsets.UTF_8));
        for (String text :
                List.of(
                        WhmYaml.document(answer),
                        JsonText.compact(answer),
                        JsonText.pretty(answer))) {
            assertThat(text.replace("\n", "")).doesNotContainPattern("[\\p{Cntrl}\u0080-\u009f]");
        }
        assertThat(JSON.readTree(JsonText.compact(answer)).path("name").asString())
                .isEqualTo(HOSTILE);
        assertThat(WhmYaml.document(answer)).contains("\\x9B31m\\rb");
    }
}
