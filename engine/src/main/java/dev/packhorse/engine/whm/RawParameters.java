package dev.packhorse.engine.whm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parameters of a call as they came, decoded but not checked: each name with all its values,
/// in the order of arrival.
///
/// @param values name to values, never an empty list
public record RawParameters(Map<String, List<String>> values) {
    public static final RawParameters NONE = new RawParameters(Map.of());

    public RawParameters {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// One name and value.
    public static RawParameters of(String name, String value) {
        return new RawParameters(Map.of(name, List.of(value)));
    }

    /// All values of a name, empty if it did not come.
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /// The same with one name given anew.
    public RawParameters with(String name, String value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(values);
        changed.put(name, List.of(value));
        return new RawParameters(changed);
    }

    /// The only value of a name, or the default if the name did not come.
    ///
    /// @throws WhmException if the name came with several values
    String only(String name, String defaultValue) throws WhmException {
        List<String> all = all(name);
        if (all.size() > 1) {
            throw WhmException.failure("The “" + name + "” argument is given more than once.");
        }
        return all.isEmpty() ? defaultValue : all.getFirst();
    }

    /// Collects parameters from several places of one request. One thread.
    public static final class Builder {
        /// More than any call needs; a bound on what a hostile request can make us keep.
        static final int MOST_VALUES = 5_000;

        private final Map<String, List<String>> values = new LinkedHashMap<>();
        private int count;

        /// Adds a value after those that the name has already.
        ///
        /// @throws MalformedParametersException if there are too many values
        public void add(String name, String value) throws MalformedParametersException {
            count++;
            if (count > MOST_VALUES) {
                throw new MalformedParametersException(
                        "more than " + MOST_VALUES + " parameters in one call");
            }
            values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
        }

        public RawParameters build() {
            Map<String, List<String>> copy = new LinkedHashMap<>();
            values.forEach((name, all) -> copy.put(name, List.copyOf(all)));
            return new RawParameters(copy);
        }
    }
}
