package dev.packhorse.cli.json;

import java.util.List;
import java.util.Map;

/// A JSON value.
public sealed interface Json {
    /// A text.
    record Text(String value) implements Json {}

    /// A number, `true`, `false` or `null`, as it is written.
    record Literal(String word) implements Json {
        public static final String NULL = "null";

        public boolean isNull() {
            return word.equals(NULL);
        }
    }

    /// A list.
    record Items(List<Json> values) implements Json {}

    /// An object; its members in the order of their first mention.
    record Members(Map<String, Json> values) implements Json {}
}
