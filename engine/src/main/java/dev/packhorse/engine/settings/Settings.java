package dev.packhorse.engine.settings;

import java.util.Map;

/// The checked configuration. Immutable.
public final class Settings {
    private final Map<SettingKey<?>, Object> values;

    Settings(Map<SettingKey<?>, Object> values) {
        this.values = Map.copyOf(values);
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
