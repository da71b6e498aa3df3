package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.OpenApi;
import dev.packhorse.engine.whm.ParameterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `docs/openapi.json` and `/openapi.json` against the declarations and against what OpenAPI 3.1
/// demands. With the system property `packhorse.docs=write` the file is written anew.
class OpenApiDocumentTest {
    private static final Path FILE = Path.of("..", "docs", "openapi.json");
    private static final Set<String> TYPES =
            Set.of("string", "integer", "object", "array", "number", "boolean", "null");
    private static final Set<String> METHODS = Set.of("get", "post");
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    @TempDir private Path root;

    private Collection<FunctionSpec> specs = List.of();
    private JsonNode document = JsonNodeFactory.instance.objectNode();

    @BeforeEach
    void make() throws IOException {
        specs = new TestServer(root).dispatcher().registry().specs();
        document = OpenApi.of(specs);
    }

    @Test
    void theCommittedDocumentIsTheServedOne() throws IOException {
        String text =
                JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(document)
                        + "\n";
        if ("write".equals(System.getProperty("packhorse.docs"))) {
            Files.writeString(FILE, text);
        }
        assertThat(FILE).content().isEqualTo(text);
    }

    @Test
    void everyFunctionAndParameterIsThere() {
        assertThat(specs).hasSizeGreaterThan(100);
        List<String> functions = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> {
                    if (path.getKey().startsWith("/json-api/")) {
                        functions.add(path.getKey().substring("/json-api/".length()));
                    }
                });
        assertThat(functions)
                .containsExactlyElementsOf(specs.stream().map(FunctionSpec::name).toList());
        for (FunctionSpec spec : specs) {
            JsonNode form = form(spec);
            List<String> names = new ArrayList<>(List.of("api.version"));
            List<String> required = new ArrayList<>(List.of("api.version"));
            for (ParameterSpec parameter : spec.parameters()) {
                names.add(parameter.name());
                if (parameter.required()) {
                    required.add(parameter.name());
                }
            }
            assertThat(form.path("properties").propertyNames())
                    .as(spec.name())
                    .containsExactlyElementsOf(names);
            assertThat(texts(form.path("required")))
                    .as(spec.name())
                    .containsExactlyElementsOf(required);
        }
    }

    private JsonNode form(FunctionSpec spec) {
        return document.path("paths")
                .path("/json-api/" + spec.name())
                .path("post")
                .path("requestBody")
                .path("content")
                .path("application/x-www-form-urlencoded")
                .path("schema");
    }

    @Test
    void choicesAndBoundsAreThose() {
        for (FunctionSpec spec : specs) {
            for (ParameterSpec parameter : spec.parameters()) {
                JsonNode schema = form(spec).path("properties").path(parameter.name());
                String where = spec.name() + "." + parameter.name();
                switch (parameter.type()) {
                    case CHOICE ->
                            assertThat(texts(schema.path("enum")))
                                    .as(where)
                                    .isEqualTo(parameter.values());
                    case INTEGER -> {
                        assertThat(schema.path("type").asString("")).as(where).isEqualTo("integer");
                        assertThat(schema.path("minimum").asLong(Long.MIN_VALUE))
                                .as(where)
                                .isEqualTo(parameter.minimum());
                        assertThat(schema.path("maximum").asLong(Long.MAX_VALUE))
                                .as(where)
                                .isEqualTo(parameter.maximum());
                    }
                    case SECRET ->
                            assertThat(schema.path("format").asString("")).isEqualTo("password");
                    case LIST -> assertThat(schema.path("type").asString("")).isEqualTo("array");
                    case TEXT, ACCOUNT, FLAG, DATE, SLOT ->
                            assertThat(schema.path("type").asString(""))
                                    .as(where)
                                    .isIn("string", "integer");
                }
            }
        }
    }

    @Test
    void theDocumentKeepsTheRulesOfOpenApi() {
        assertThat(document.path("openapi").asString("")).matches("3\\.1\\.\\d+");
        assertThat(document.path("info").path("title").asString("")).isNotEmpty();
        assertThat(document.path("info").path("version").asString("")).isNotEmpty();
        Set<String> ids = new HashSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> {
                    assertThat(path.getKey()).startsWith("/");
                    path.getValue()
                            .properties()
                            .forEach(call -> {
                                assertThat(call.getKey()).isIn(METHODS);
                                JsonNode operation = call.getValue();
                                assertThat(ids.add(operation.path("operationId").asString("")))
                                        .as(path.getKey())
                                        .isTrue();
                                assertThat(operation.path("responses").size())
                                        .as(path.getKey())
                                        .isPositive();
                                operation
                                        .path("responses")
                                        .properties()
                                        .forEach(response -> {
                                            assertThat(response.getKey()).matches("[1-5]\\d\\d");
                                            assertThat(
                                                            response.getValue().has("description")
                                                                    || response.getValue()
                                                                            .has("$ref"))
                                                    .isTrue();
                                        });
                                assertThat(pathParameters(operation))
                                        .as(path.getKey())
                                        .isEqualTo(variables(path.getKey()));
                            });
                });
        Set<String> schemes =
                new HashSet<>(document.path("components").path("securitySchemes").propertyNames());
        document.path("security")
                .forEach(each -> assertThat(schemes).containsAll(each.propertyNames()));
    }

    private static List<String> pathParameters(JsonNode operation) {
        List<String> names = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            assertThat(parameter.path("in").asString("")).isIn("path", "query", "header");
            assertThat(parameter.has("schema")).isTrue();
            if (parameter.path("in").asString("").equals("path")) {
                assertThat(parameter.path("required").asBoolean(false)).isTrue();
                names.add(parameter.path("name").asString(""));
            }
        }
        return names;
    }

    private static List<String> variables(String path) {
        Matcher matcher = VARIABLE.matcher(path);
        List<String> names = new ArrayList<>();
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    @Test
    void schemasAndReferencesHold() {
        List<JsonNode> schemas = new ArrayList<>();
        each(
                document,
                node -> {
                    if (node.has("$ref")) {
                        String pointer = node.path("$ref").asString("").substring(1);
                        assertThat(document.at(pointer).isObject()).as(pointer).isTrue();
                    }
                    if (node.path("schema").isObject()) {
                        schemas.add(node.path("schema"));
                    }
                });
        assertThat(schemas).hasSizeGreaterThan(specs.size());
        schemas.forEach(OpenApiDocumentTest::checkSchema);
    }

    private static void each(JsonNode node, Consumer<JsonNode> consumer) {
        consumer.accept(node);
        node.forEach(child -> each(child, consumer));
    }

    private static void checkSchema(JsonNode schema) {
        if (schema.has("$ref")) {
            return;
        }
        String type = schema.path("type").asString("");
        assertThat(type).isIn(TYPES);
        assertThat(schema.path("properties").propertyNames())
                .containsAll(texts(schema.path("required")));
        schema.path("properties").forEach(OpenApiDocumentTest::checkSchema);
        JsonNode given = schema.path("default");
        if (given.isMissingNode()) {
            return;
        }
        assertThat(
                        switch (type) {
                            case "integer" -> given.isIntegralNumber();
                            case "array" -> given.isArray();
                            default -> given.isString();
                        })
                .as("%s", schema)
                .isTrue();
        if (schema.has("enum")) {
            assertThat(texts(schema.path("enum"))).as("%s", schema).contains(given.asString(""));
        }
        assertThat(given.asLong(0))
                .isBetween(
                        schema.path("minimum").asLong(Long.MIN_VALUE),
                        schema.path("maximum").asLong(Long.MAX_VALUE));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asString("")));
        return texts;
    }
}
