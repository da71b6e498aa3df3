package dev.packhorse.engine.whm;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Keeps only the named fields of each record.
record RecordColumns(List<String> fields) {
    static RecordColumns parse(TransformParameters parameters) throws WhmException {
        List<String> fields = new ArrayList<>();
        for (String instance : parameters.plainInstances("columns")) {
            fields.add(parameters.raw().only("api.columns." + instance, ""));
        }
        if (fields.isEmpty()) {
            throw WhmException.failure("Provide the “api.columns.a” argument.");
        }
        return new RecordColumns(fields);
    }

    List<JsonNode> apply(List<JsonNode> records) throws WhmException {
        for (String field : fields) {
            Transforms.requireField("columns", field, records);
        }
        return records.stream().map(this::reduce).toList();
    }

    private JsonNode reduce(JsonNode record) {
        if (!record.isObject()) {
            return record;
        }
        ObjectNode reduced = JsonNodeFactory.instance.objectNode();
        for (String field : fields) {
            if (record.has(field)) {
                reduced.set(field, record.path(field));
            }
        }
        return reduced;
    }
}
