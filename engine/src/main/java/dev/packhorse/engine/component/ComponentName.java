package dev.packhorse.engine.component;

import java.util.regex.Pattern;

/// The name of a module, as `restore_modules_summary` lists it: `Homedir`, `Mysql`, `userdata`.
public record ComponentName(String value) implements Comparable<ComponentName> {
    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,39}");

    public ComponentName {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("not a module name: " + value);
        }
    }

    @Override
    public int compareTo(ComponentName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
