package dev.packhorse.engine.host;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A value of a YAML file of the host. Scalars stay the text that was written, so that `0`, `'Off'`
/// and `1.10` come back as they were. Equal by content, wherever it stood.
public sealed interface YamlNode {
    /// The line it began on, counted from 1; 0 if it was not read from a file.
    int line();

    /// A single value.
    record Scalar(String text, int line) implements YamlNode {
        public Scalar(String text) {
            this(text, 0);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Scalar scalar && scalar.text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    /// A list.
    record Items(List<YamlNode> values, int line) implements YamlNode {
        public Items {
            values = List.copyOf(values);
        }

        /// A list of plain values.
        public static Items of(List<String> texts) {
            return new Items(texts.stream().<YamlNode>map(Scalar::new).toList(), 0);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Items items && items.values.equals(values);
        }

        @Override
        public int hashCode() {
            return values.hashCode();
        }
    }

    /// A map, keys sorted.
    record Fields(SortedMap<String, YamlNode> values, int line) implements YamlNode {
        public Fields {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        }

        /// A map of plain values.
        public static Fields of(Map<String, String> texts) {
            SortedMap<String, YamlNode> values = new TreeMap<>();
            texts.forEach((key, text) -> values.put(key, new Scalar(text)));
            return new Fields(values, 0);
        }

        /// With one value set.
        public Fields with(String key, YamlNode value) {
            SortedMap<String, YamlNode> changed = new TreeMap<>(values);
            changed.put(key, value);
            return new Fields(changed, line);
        }

        /// Without one value.
        public Fields without(String key) {
            SortedMap<String, YamlNode> changed = new TreeMap<>(values);
            changed.remove(key);
            return new Fields(changed, line);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Fields fields && fields.values.equals(values);
        }

        @Override
        public int hashCode() {
            return values.hashCode();
        }
    }
}
