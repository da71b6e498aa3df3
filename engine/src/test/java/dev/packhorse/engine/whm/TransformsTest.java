package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class TransformsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String RECORDS =
            """
            {"acct":[
              {"user":"anna","disk":"14M","limit":"unlimited","ip":"10.0.0.9","n":10,"note":null},
              {"user":"Bert","disk":"2M","limit":"100","ip":"9.0.0.1","n":9,"note":"x"},
              {"user":"cora","disk":"0M","limit":"0","ip":"10.0.0.10","n":0,"note":"anna"},
              {"user":"dora","disk":"none","limit":"20","ip":"2.0.0.1","n":9,"note":{"a":1}}
            ]}\
            """;

    private final ObjectNode metadata = JsonNodeFactory.instance.objectNode();

    private List<String> users(String parameters) throws WhmException {
        List<String> users = new ArrayList<>();
        apply(RECORDS, parameters)
                .data()
                .orElseThrow()
                .path("acct")
                .forEach(record -> users.add(record.path("user").asString("-")));
        return users;
    }

    private Answer apply(String data, String parameters) throws WhmException {
        RawParameters.Builder builder = new RawParameters.Builder();
        try {
            UrlEncoded.parse(parameters, builder);
        } catch (MalformedParametersException e) {
            throw new AssertionError(e);
        }
        ObjectNode node = (ObjectNode) MAPPER.readTree(data);
        return Transforms.parse(builder.build()).apply(Answer.ok(node), metadata);
    }

    @ParameterizedTest
    @CsvSource({
        "user, contains, R, Bert cora dora",
        "user, '', A, anna cora dora",
        "user, begins, b, Bert",
        "user, eq, bert, ''",
        "user, eq, Bert, Bert",
        "*, contains, anna, anna cora",
        "n, ==, 9, Bert dora",
        "n, ==, 9.0, Bert dora",
        "n, lt, 9, cora",
        "n, lt_equal, 9, Bert cora dora",
        "n, gt, 9, anna",
        "n, gt_equal, 9, anna Bert dora",
        "disk, gt, 1, anna Bert",
        "limit, gt, 10, Bert dora",
        "limit, gt_handle_unlimited, 10, anna Bert dora",
        "limit, lt, 100, cora dora",
        "limit, lt_handle_unlimited, unlimited, Bert cora dora",
        "limit, ==, unlimited, anna"
    })
    void filtersByType(String field, String type, String argument, String expected)
            throws WhmException {
        String parameters =
                "api.filter.enable=1&api.filter.a.field="
                        + field
                        + "&api.filter.a.arg0="
                        + argument
                        + (type.isEmpty() ? "" : "&api.filter.a.type=" + type);
        assertThat(String.join(" ", users(parameters))).isEqualTo(expected);
        assertThat(metadata.at("/filter/filtered").intValue()).isEqualTo(4);
    }

    @Test
    void severalFiltersMustAllFit() throws WhmException {
        assertThat(
                        users(
                                "api.filter.enable=1&api.filter.a.field=n&api.filter.a.type=gt&api.filter.a.arg0=5"
                                        + "&api.filter.za.field=n&api.filter.za.type=lt&api.filter.za.arg0=10"))
                .containsExactly("Bert", "dora");
    }

    @Test
    void nothingHappensUnlessSwitchedOn() throws WhmException {
        assertThat(users("api.filter.a.field=nope&api.sort.a.method=odd&api.chunk.size=1"))
                .containsExactly("anna", "Bert", "cora", "dora");
        assertThat(metadata.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "user, '', Bert anna cora dora",
        "n, numeric, cora Bert dora anna",
        "n, numeric_zero_as_max, Bert dora anna cora",
        "limit, numeric, cora dora Bert anna",
        "disk, numeric, dora cora Bert anna",
        "ip, ipv4, dora Bert anna cora",
        "ip, lexicographic, cora anna dora Bert"
    })
    void sortsByMethod(String field, String method, String expected) throws WhmException {
        String parameters =
                "api.sort.enable=1&api.sort.a.field="
                        + field
                        + (method.isEmpty() ? "" : "&api.sort.a.method=" + method);
        assertThat(String.join(" ", users(parameters))).isEqualTo(expected);
    }

    @Test
    void sortsByTwoKeysAndInReverseAndWithoutALetter() throws WhmException {
        assertThat(
                        users(
                                "api.sort.enable=1&api.sort.a.field=n&api.sort.a.method=numeric"
                                        + "&api.sort.b.field=user&api.sort.b.reverse=1"))
                .containsExactly("cora", "dora", "Bert", "anna");
        assertThat(users("api.sort.enable=1&api.sort.field=user&api.sort.reverse=1"))
                .containsExactly("dora", "cora", "anna", "Bert");
    }

    @ParameterizedTest
    @CsvSource({
        // start, size, users, current, size told, chunks
        "1, 3, anna Bert cora, 1, 3, 2",
        "4, 3, dora, 2, 3, 2",
        "3, 2, cora dora, 2, 2, 2",
        "-1, '', anna Bert cora dora, 1, 4, 1",
        "-1, 2, anna Bert cora dora, 1, 4, 1",
        "'', '', anna Bert cora dora, 1, 4, 1",
        "'', 2, anna Bert, 1, 2, 2",
        "9, 2, '', 5, 2, 2",
        "1, 999999999999999999, anna Bert cora dora, 1, 999999999999999999, 1",
        "999999999999999999, 2, '', 500000000000000000, 2, 2"
    })
    void chunksArePages(
            String start, String size, String expected, long current, long told, long chunks)
            throws WhmException {
        String parameters =
                "api.chunk.enable=1"
                        + (start.isEmpty() ? "" : "&api.chunk.start=" + start)
                        + (size.isEmpty() ? "" : "&api.chunk.size=" + size);
        assertThat(String.join(" ", users(parameters))).isEqualTo(expected);
        JsonNode chunk = metadata.path("chunk");
        assertThat(chunk.path("current").longValue()).isEqualTo(current);
        assertThat(chunk.path("size").longValue()).isEqualTo(told);
        assertThat(chunk.path("chunks").longValue()).isEqualTo(chunks);
        assertThat(chunk.path("records").longValue()).isEqualTo(4);
    }

    @Test
    void columnsComeBeforeTheSort() throws WhmException {
        Answer answer =
                apply(
                        RECORDS,
                        "api.columns.enable=1&api.columns.a=user&api.columns.b=n"
                                + "&api.sort.enable=1&api.sort.a.field=user"
                                + "&api.chunk.enable=1&api.chunk.size=1&api.chunk.start=1");
        assertThat(answer.data().orElseThrow().toString())
                .isEqualTo("{\"acct\":[{\"user\":\"Bert\",\"n\":9}]}");
        assertThatThrownBy(() ->
                        apply(
                                RECORDS,
                                "api.columns.enable=1&api.columns.a=user"
                                        + "&api.sort.enable=1&api.sort.a.field=n&api.sort.a.method=numeric"))
                .hasMessageContaining("“n”");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api.filter.enable=1&api.filter.a.field=nope&api.filter.a.arg0=x | “nope”",
                "api.filter.enable=1&api.filter.a.field=n&api.filter.a.type=gt&api.filter.a.arg0=x | must be a number",
                "api.filter.enable=1&api.filter.a.field=n&api.filter.a.type=GT | must be one of",
                "api.filter.enable=maybe | “api.filter.enable”",
                "api.sort.enable=1&api.sort.a.field=nope | “nope”",
                "api.sort.enable=1&api.sort.a.field=user&api.sort.a.method=odd | lexicographic",
                "api.sort.enable=1&api.sort.a.field=n | holds numbers",
                "api.sort.enable=1 | “api.sort.a.field”",
                "api.columns.enable=1&api.columns.a=nope | “nope”",
                "api.columns.enable=1 | “api.columns.a”",
                "api.chunk.enable=1&api.chunk.size=-1 | “api.chunk.size”",
                "api.chunk.enable=1&api.chunk.start=-2 | “api.chunk.start”",
                "api.chunk.enable=1&api.chunk.start=x | “api.chunk.start”",
                "api.chunk.enable=1&api.chunk.size=1&api.chunk.size=1 | more than once"
            })
    void whatIsNotUnderstoodFails(String parameters, String part) {
        assertThatThrownBy(() -> apply(RECORDS, parameters))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining(part);
    }

    @Test
    void listsOfTextsAreFilteredByAnyField() throws WhmException {
        Answer answer =
                apply(
                        "{\"users\":[\"anna\",\"bert\"]}",
                        "api.filter.enable=1&api.filter.a.field=*&api.filter.a.arg0=AN");
        assertThat(answer.data().orElseThrow().toString()).isEqualTo("{\"users\":[\"anna\"]}");
    }

    @Test
    void emptyListHasEveryField() throws WhmException {
        Answer answer = apply("{\"acct\":[]}", "api.sort.enable=1&api.sort.a.field=user");
        assertThat(answer.data().orElseThrow().toString()).isEqualTo("{\"acct\":[]}");
    }

    @Test
    void answersWithoutASingleListAreLeftAloneWithAWarning() throws WhmException {
        String two = "{\"active\":[1],\"pending\":[2]}";
        Answer answer = apply(two, "api.chunk.enable=1&api.chunk.size=1");
        assertThat(answer.data().orElseThrow().toString()).isEqualTo(two);
        assertThat(answer.warnings()).hasSize(1);
        Transforms transforms = Transforms.parse(RawParameters.of("api.sort.enable", "0"));
        assertThat(transforms.apply(Answer.ok(), metadata).warnings()).isEmpty();
        assertThat(answer.data()).isNotEqualTo(Optional.empty());
    }

    @Test
    void whatElseIsToldStays() throws WhmException {
        Answer told =
                new Answer(
                        Optional.of((ObjectNode) MAPPER.readTree(RECORDS)),
                        "OK",
                        List.of("mind the gap"),
                        List.of("Found archive"));
        for (String parameters :
                List.of(
                        "api.chunk.enable=1&api.chunk.size=1",
                        "api.sort.enable=1&api.sort.a.field=user")) {
            RawParameters.Builder builder = new RawParameters.Builder();
            try {
                UrlEncoded.parse(parameters, builder);
            } catch (MalformedParametersException e) {
                throw new AssertionError(e);
            }
            Answer answer = Transforms.parse(builder.build()).apply(told, metadata);
            assertThat(answer.messages()).containsExactly("Found archive");
            assertThat(answer.warnings()).containsExactly("mind the gap");
        }
        assertThat(
                        Transforms.parse(
                                        RawParameters.of("api.columns.enable", "1")
                                                .with("api.columns.a", "x"))
                                .apply(
                                        new Answer(
                                                Optional.empty(),
                                                "OK",
                                                List.of(),
                                                List.of("Found archive")),
                                        metadata)
                                .messages())
                .containsExactly("Found archive");
    }
}
