package dev.packhorse.engine.whm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The generic transforms of one call: filter, columns, sort, chunk, in this order, on the only
/// list in the answer's data.
///
/// Source: whmapi1-protocol section 6.
final class Transforms {
    private final Optional<RecordFilter> filter;
    private final Optional<RecordColumns> columns;
    private final Optional<RecordSort> sort;
    private final Optional<RecordChunk> chunk;

    private Transforms(
            Optional<RecordFilter> filter,
            Optional<RecordColumns> columns,
            Optional<RecordSort> sort,
            Optional<RecordChunk> chunk) {
        this.filter = filter;
        this.columns = columns;
        this.sort = sort;
        this.chunk = chunk;
    }

    /// Reads the `api.` parameters of a call.
    ///
    /// @throws WhmException naming the parameter that cannot be understood
    static Transforms parse(RawParameters raw) throws WhmException {
        TransformParameters parameters = new TransformParameters(raw);
        return new Transforms(
                parameters.isOn("filter")
                        ? Optional.of(RecordFilter.parse(parameters))
                        : Optional.empty(),
                parameters.isOn("columns")
                        ? Optional.of(RecordColumns.parse(parameters))
                        : Optional.empty(),
                parameters.isOn("sort")
                        ? Optional.of(RecordSort.parse(parameters))
                        : Optional.empty(),
                parameters.isOn("chunk")
                        ? Optional.of(RecordChunk.parse(parameters))
                        : Optional.empty());
    }

    private boolean isEmpty() {
        return filter.isEmpty() && columns.isEmpty() && sort.isEmpty() && chunk.isEmpty();
    }

    /// The answer with its list transformed; an answer without exactly one list is left as it is
    /// and gets a warning.
    ///
    /// @param metadata receives `filter` and `chunk`
    /// @throws WhmException if a field is named that no record has
    Answer apply(Answer answer, ObjectNode metadata) throws WhmException {
        if (isEmpty()) {
            return answer;
        }
        Optional<String> member = answer.data().flatMap(Transforms::listMember);
        if (member.isEmpty()) {
            return answer.warning(
                    "The answer holds no single list, so nothing was filtered or sorted.");
        }
        ObjectNode data = answer.data().orElseThrow();
        List<JsonNode> records = new ArrayList<>();
        data.path(member.get()).forEach(records::add);
        records = transform(records, metadata);
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        list.addAll(records);
        ObjectNode changed = data.objectNode();
        changed.setAll(data);
        changed.set(member.get(), list);
        return new Answer(
                Optional.of(changed), answer.reason(), answer.warnings(), answer.messages());
    }

    private List<JsonNode> transform(List<JsonNode> all, ObjectNode metadata) throws WhmException {
        List<JsonNode> records = all;
        if (filter.isPresent()) {
            metadata.putObject("filter").put("filtered", records.size());
            records = filter.get().apply(records);
        }
        if (columns.isPresent()) {
            records = columns.get().apply(records);
        }
        if (sort.isPresent()) {
            records = sort.get().apply(records);
        }
        return chunk.isPresent() ? chunk.get().apply(records, metadata) : records;
    }

    private static Optional<String> listMember(ObjectNode data) {
        List<String> lists =
                data.properties().stream()
                        .filter(member -> member.getValue().isArray())
                        .map(Map.Entry::getKey)
                        .toList();
        return lists.size() == 1 ? Optional.of(lists.getFirst()) : Optional.empty();
    }

    /// @throws WhmException if no record has the field; an empty list has every field
    static void requireField(String transform, String field, List<JsonNode> records)
            throws WhmException {
        if (!records.isEmpty() && records.stream().noneMatch(record -> record.has(field))) {
            throw WhmException.failure(
                    "No record has the field "
                            + Wording.quoted(field)
                            + " that “api."
                            + transform
                            + "” names.");
        }
    }
}
