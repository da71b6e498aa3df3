package dev.packhorse.engine.whm;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps one page of the records.
///
/// @param start the first record of the page, counted from 1
/// @param size how many records, 0 for all from the first one on
record RecordChunk(long start, long size) {
    static RecordChunk parse(TransformParameters parameters) throws WhmException {
        long start = number(parameters, "start", "1", -1);
        long size = number(parameters, "size", "0", 0);
        // A start of -1 asks for everything, whatever the size says. Source: @cpanel/api.
        return start < 0 ? new RecordChunk(1, 0) : new RecordChunk(Math.max(1, start), size);
    }

    private static long number(
            TransformParameters parameters, String property, String defaultValue, long minimum)
            throws WhmException {
        String name = TransformParameters.name("chunk", "", property);
        ParameterSpec spec =
                ParameterSpec.optional(name, ParameterSpec.Type.INTEGER, "")
                        .withRange(minimum, Long.MAX_VALUE);
        return Long.parseLong(
                ValueCheck.normalise(spec, parameters.raw().only(name, defaultValue)));
    }

    List<JsonNode> apply(List<JsonNode> records, ObjectNode metadata) {
        int total = records.size();
        long page = size == 0 ? Math.max(1, total) : size;
        int from = (int) Math.min(start - 1, total);
        int to = size == 0 ? total : (int) Math.min(from + Math.min(size, total), total);
        ObjectNode chunk = metadata.putObject("chunk");
        chunk.put("start", start);
        chunk.put("current", (start - 1) / page + 1);
        chunk.put("size", page);
        chunk.put("chunks", Math.max(1, (total + page - 1) / page));
        chunk.put("records", total);
        return records.subList(from, to);
    }
}
