package dev.packhorse.engine.whm;

import java.io.OutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How long answers are, without making their text.
final class AnswerSize {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private AnswerSize() {}

    /// The bytes of its JSON form.
    static long of(JsonNode answer) {
        Counter counter = new Counter();
        JSON.writeValue(counter, answer);
        return counter.bytes;
    }

    private static final class Counter extends OutputStream {
        private long bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] from, int start, int length) {
            bytes += length;
        }
    }
}
