package dev.packhorse.engine.whm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The checked arguments of one call, by parameter name. A parameter that was not given and has no
/// default is absent.
///
/// @param values normalised texts: flags are `0` or `1`, dates `YYYY-MM-DD`; only a LIST has more
///   than one
public record Arguments(Map<String, List<String>> values) {
    public Arguments {
        values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// The value of a parameter that is required or has a default.
    ///
    /// @throws IllegalStateException if it is absent: the declaration is wrong
    public String text(String name) {
        return find(name)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "parameter has neither value nor default: " + name));
    }

    public Optional<String> find(String name) {
        List<String> all = values.getOrDefault(name, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    public boolean flag(String name) {
        return text(name).equals("1");
    }

    public long number(String name) {
        return Long.parseLong(text(name));
    }

    /// All values of a LIST, empty if it was not given.
    public List<String> list(String name) {
        return values.getOrDefault(name, List.of());
    }

    /// Whether the call gave the parameter, or it has a default.
    public boolean has(String name) {
        return find(name).isPresent();
    }
}
