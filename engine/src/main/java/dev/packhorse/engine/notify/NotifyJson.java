package dev.packhorse.engine.notify;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// JSON of this package. Thread-safe.
final class NotifyJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private NotifyJson() {}

    /// The resume mark of a delivery that some receivers have.
    ///
    /// @param receivers who is still to get it
    record Open(List<String> receivers) {}

    static List<String> open(String mark) {
        return MAPPER.readValue(mark, Open.class).receivers();
    }

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
