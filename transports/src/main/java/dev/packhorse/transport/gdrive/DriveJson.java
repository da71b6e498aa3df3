package dev.packhorse.transport.gdrive;

import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON of bounded size and depth. What cannot be read is not quoted: it may hold a token.
final class DriveJson {
    /// A page of 1,000 files with long keys, and then some.
    private static final int MOST_BYTES = 16 << 20;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(32)
                                                    .build())
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .build())
                    .build();

    private DriveJson() {}

    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static JsonNode read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("the answer is longer than any should be");
        }
        return read(bytes);
    }

    /// @throws IOException if it is no JSON
    static JsonNode read(byte[] bytes) throws IOException {
        try {
            return MAPPER.readTree(bytes);
        } catch (JacksonException _) {
            throw new IOException("the answer is no JSON");
        }
    }
}
