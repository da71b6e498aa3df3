package dev.packhorse.engine.whm;

import java.util.Collection;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The functions as an OpenAPI 3.1 document, made from their declarations, so that it cannot say
/// anything else than what is checked. Pages besides the functions are added by [OpenApiPages].
public final class OpenApi {
    /// The version of OpenAPI.
    public static final String VERSION = "3.1.0";

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int LONGEST_TEXT = 8 * 1024;

    private OpenApi() {}

    /// The document.
    public static ObjectNode of(Collection<FunctionSpec> functions) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("openapi", VERSION);
        ObjectNode info = root.putObject("info");
        info.put("title", "Packhorse");
        info.put("version", "1");
        info.put(
                "description",
                "The backup and restore functions of WHM API 1. A call may also be a GET with its"
                        + " parameters in the query; secrets belong into a POST.");
        info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        root.putArray("servers").addObject().put("url", "/");
        ArrayNode security = root.putArray("security");
        security.addObject().putArray("token");
        security.addObject().putArray("password");
        ObjectNode paths = root.putObject("paths");
        functions.forEach(spec -> paths.set("/json-api/" + spec.name(), path(spec)));
        OpenApiPages.addTo(paths);
        addComponents(root.putObject("components"));
        return root;
    }

    private static ObjectNode path(FunctionSpec spec) {
        ObjectNode path = JsonNodeFactory.instance.objectNode();
        ObjectNode call = path.putObject("post");
        call.put("operationId", spec.name());
        call.put("summary", spec.help());
        call.put("description", whose(spec.permission()));
        call.putArray("tags").add(spec.name().startsWith("packhorse_") ? "packhorse" : "whm");
        ObjectNode body = call.putObject("requestBody");
        body.put("required", true);
        body.putObject("content").putObject(FORM).set("schema", form(spec.parameters()));
        ObjectNode responses = call.putObject("responses");
        responses.putObject("200").put("$ref", "#/components/responses/Answer");
        responses.putObject("403").put("$ref", "#/components/responses/Denied");
        return path;
    }

    private static String whose(Permission permission) {
        if (permission.equals(Permission.AUTHENTICATED)) {
            return "For every caller with good credentials.";
        }
        return permission.equals(Permission.ROOT)
                ? "For root, or a token of root's with every right."
                : "Needs the right " + permission.acl() + "; resellers act on their own accounts.";
    }

    private static ObjectNode form(List<ParameterSpec> parameters) {
        ObjectNode form = JsonNodeFactory.instance.objectNode();
        form.put("type", "object");
        ObjectNode properties = form.putObject("properties");
        ArrayNode required = form.putArray("required");
        properties
                .putObject("api.version")
                .put("type", "string")
                .put("const", "1")
                .put("description", "The form of the call and of its answer");
        required.add("api.version");
        for (ParameterSpec parameter : parameters) {
            properties.set(parameter.name(), schema(parameter));
            if (parameter.required()) {
                required.add(parameter.name());
            }
        }
        return form;
    }

    private static ObjectNode schema(ParameterSpec parameter) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        switch (parameter.type()) {
            case TEXT -> schema.put("type", "string").put("maxLength", LONGEST_TEXT);
            case ACCOUNT -> schema.put("type", "string");
            case SECRET -> schema.put("type", "string").put("format", "password");
            case DATE, SLOT -> schema.put("type", "string").put("pattern", "^\\d{4}-\\d{2}-\\d{2}");
            case INTEGER -> addBounds(schema.put("type", "integer"), parameter);
            case FLAG -> schema.put("type", "integer").putArray("enum").add(0).add(1);
            case CHOICE ->
                    parameter.values().forEach(schema.put("type", "string").putArray("enum")::add);
            case LIST -> schema.put("type", "array").putObject("items").put("type", "string");
        }
        addDefault(schema, parameter);
        schema.put("description", parameter.help());
        return schema;
    }

    private static void addBounds(ObjectNode schema, ParameterSpec parameter) {
        if (parameter.minimum() > Long.MIN_VALUE) {
            schema.put("minimum", parameter.minimum());
        }
        if (parameter.maximum() < Long.MAX_VALUE) {
            schema.put("maximum", parameter.maximum());
        }
    }

    private static void addDefault(ObjectNode schema, ParameterSpec parameter) {
        if (parameter.defaultValue().isEmpty()) {
            return;
        }
        String value = parameter.defaultValue().get();
        switch (parameter.type()) {
            case INTEGER, FLAG -> schema.put("default", Long.parseLong(value));
            case LIST -> schema.putArray("default").add(value);
            case TEXT, ACCOUNT, SECRET, DATE, SLOT, CHOICE -> schema.put("default", value);
        }
    }

    private static void addComponents(ObjectNode components) {
        ObjectNode schemes = components.putObject("securitySchemes");
        schemes.putObject("token")
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "Authorization")
                .put("description", "whm USER:TOKEN");
        schemes.putObject("password").put("type", "http").put("scheme", "basic");
        ObjectNode responses = components.putObject("responses");
        ObjectNode answer = responses.putObject("Answer");
        answer.put("description", "The call was heard; metadata.result says whether it was done");
        answer.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/Envelope");
        responses
                .putObject("Denied")
                .put("description", "No good credentials, or not for the caller");
        responses.putObject("NotFound").put("description", "Nothing of that name");
        ObjectNode envelope = components.putObject("schemas").putObject("Envelope");
        envelope.put("type", "object").putArray("required").add("metadata");
        ObjectNode members = envelope.putObject("properties");
        members.putObject("data")
                .put("description", "What was asked for; its form is the function's");
        ObjectNode metadata = members.putObject("metadata");
        metadata.put("type", "object");
        metadata.putArray("required").add("version").add("result").add("reason").add("command");
        ObjectNode facts = metadata.putObject("properties");
        facts.putObject("version").put("type", "integer");
        facts.putObject("result").put("type", "integer").putArray("enum").add(0).add(1);
        facts.putObject("reason").put("type", "string");
        facts.putObject("command").put("type", "string");
    }
}
