package dev.packhorse.engine.settings;

import dev.packhorse.engine.plan.Plan;
import java.util.List;
import java.util.Map;

/// The checked configuration. Immutable.
public final class Settings {
    private final Map<SettingKey<?>, Object> values;
    private final List<Plan> plans;

    Settings(Map<SettingKey<?>, Object> values) {
        this(values, List.of());
    }

    private Settings(Map<SettingKey<?>, Object> values, List<Plan> plans) {
        this.values = Map.copyOf(values);
        this.plans = List.copyOf(plans);
    }

    /// The same with plans.
    Settings with(List<Plan> others) {
        return new Settings(values, others);
    }

    /// The plans, in the order in which they are tried.
    public List<Plan> plans() {
        return plans;
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
