package dev.packhorse.engine.notify;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// JSON of this package. Thread-safe.
final class NotifyJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private NotifyJson() {}

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static NotifyArguments read(String json) {
        try {
            return MAPPER.readValue(json, NotifyArguments.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "job does not hold a notification: " + e.getOriginalMessage(), e);
        }
    }
}
