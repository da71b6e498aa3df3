package dev.packhorse.engine.job;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The arguments and results of jobs as JSON: plain records, unknown members refused, no type
/// names. Thread-safe.
public final class JobJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JobJson() {}

    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws IllegalArgumentException if the text does not hold such a value
    public static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "job does not hold " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }
}
