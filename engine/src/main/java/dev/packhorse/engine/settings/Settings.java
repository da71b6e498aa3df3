package dev.packhorse.engine.settings;

import dev.packhorse.engine.plan.Plan;
import java.util.List;
import java.util.Map;

/// The checked configuration. Immutable.
public final class Settings {
    /// The place of what the command line gave.
    static final String OVERRIDE = "--set";

    private final Map<SettingKey<?>, Object> values;
    private final Map<String, Origin> origins;
    private final List<Plan> plans;

    /// Where a setting was given.
    ///
    /// @param place the file, or `--set`
    /// @param line the line in the file, 0 where there is none
    record Origin(String place, int line) {
        private static final Origin DEFAULT = new Origin("default", 0);
    }

    Settings(Map<SettingKey<?>, Object> values, Map<String, Origin> origins) {
        this(values, origins, List.of());
    }

    private Settings(
            Map<SettingKey<?>, Object> values, Map<String, Origin> origins, List<Plan> plans) {
        this.values = Map.copyOf(values);
        this.origins = Map.copyOf(origins);
        this.plans = List.copyOf(plans);
    }

    /// The same with plans.
    Settings with(List<Plan> others) {
        return new Settings(values, origins, others);
    }

    /// The plans, in the order in which they are tried.
    public List<Plan> plans() {
        return plans;
    }

    /// A complaint about a setting that is right by itself and does not fit the others, or this
    /// server.
    ///
    /// @param message what is wrong, as what follows the key's name
    public ConfigProblem problem(SettingKey<?> key, String message, String hint) {
        Origin origin = origins.getOrDefault(key.name(), Origin.DEFAULT);
        return new ConfigProblem(origin.place(), origin.line(), key.name(), message, hint);
    }

    /// Whether the command line gave the key's value, over what any file says.
    public boolean isOverridden(SettingKey<?> key) {
        return origins.getOrDefault(key.name(), Origin.DEFAULT).place().equals(OVERRIDE);
    }

    /// The value of a key: from the command line, the file, or its default.
    @SuppressWarnings("unchecked") // the loader puts what the key's own parser gave
    public <T> T get(SettingKey<T> key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no such setting: " + key.name());
        }
        return (T) value;
    }
}
