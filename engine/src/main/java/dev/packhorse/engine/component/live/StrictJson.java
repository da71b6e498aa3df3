package dev.packhorse.engine.component.live;

import dev.packhorse.engine.component.ComponentException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads JSON that somebody else wrote: one object, no key twice, bounded in size and depth, never
/// turned into types. Safe for many threads.
public final class StrictJson {
    /// The largest text that is read.
    public static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 12;
    private static final int MAX_STRING = 1 << 16;
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxStringLength(MAX_STRING)
                                                    .maxDocumentLength(MAX_BYTES)
                                                    .build())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private StrictJson() {}

    /// The object that a member holds.
    ///
    /// @param member named in messages
    /// @throws ComponentException if it holds no such object
    public static ObjectNode object(String member, String text) throws ComponentException {
        if (text.length() > MAX_BYTES) {
            throw new ComponentException(
                    "the member " + member + " has more than " + MAX_BYTES + " bytes");
        }
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new ComponentException("the member " + member + " holds no sound JSON", e);
        }
        throw new ComponentException("the member " + member + " holds no JSON object");
    }

    /// An empty object.
    public static ObjectNode empty() {
        return MAPPER.createObjectNode();
    }

    /// The text of a value, in UTF-8.
    public static byte[] bytes(JsonNode value) {
        return MAPPER.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
    }
}
