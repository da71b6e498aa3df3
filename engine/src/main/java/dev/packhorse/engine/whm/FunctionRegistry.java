package dev.packhorse.engine.whm;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Every function by its exact name. Immutable.
public final class FunctionRegistry {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final SortedMap<String, WhmFunction> functions = new TreeMap<>();

    /// @throws IllegalArgumentException if two functions have one name, or a declaration
    ///   contradicts itself: a parameter twice, or a default that is not legal
    public FunctionRegistry(Collection<WhmFunction> all) {
        for (WhmFunction function : all) {
            FunctionSpec spec = function.spec();
            check(spec);
            if (functions.put(spec.name(), function) != null) {
                throw new IllegalArgumentException("two functions are named " + spec.name());
            }
        }
    }

    private static void check(FunctionSpec spec) {
        if (!NAME.matcher(spec.name()).matches()) {
            throw new IllegalArgumentException("not a function name: " + spec.name());
        }
        Set<String> names = new HashSet<>();
        for (ParameterSpec parameter : spec.parameters()) {
            String full = spec.name() + "." + parameter.name();
            if (!names.add(parameter.name())) {
                throw new IllegalArgumentException("declared twice: " + full);
            }
            if (parameter.defaultValue().isPresent()) {
                checkDefault(full, parameter, parameter.defaultValue().get());
            }
        }
    }

    private static void checkDefault(String full, ParameterSpec parameter, String value) {
        try {
            ValueCheck.normalise(parameter, value);
        } catch (WhmException e) {
            throw new IllegalArgumentException("default of " + full + " is not legal", e);
        }
    }

    public Optional<WhmFunction> find(String name) {
        return Optional.ofNullable(functions.get(name));
    }

    /// All names, sorted.
    public List<String> names() {
        return List.copyOf(functions.keySet());
    }

    /// All declarations, sorted by name.
    public List<FunctionSpec> specs() {
        return functions.values().stream().map(WhmFunction::spec).toList();
    }
}
