package dev.packhorse.engine.component;

import java.util.Set;

/// A module whose facts are known when it is made.
public abstract class BasicComponent implements AccountComponent {
    private final ComponentName name;
    private final String summary;
    private final boolean availableRestricted;
    private final Set<ComponentName> restoreAfter;
    private final Set<String> members;

    protected BasicComponent(
            ComponentName name,
            String summary,
            boolean availableRestricted,
            Set<ComponentName> restoreAfter,
            Set<String> members) {
        this.name = name;
        this.summary = summary;
        this.availableRestricted = availableRestricted;
        this.restoreAfter = Set.copyOf(restoreAfter);
        this.members = Set.copyOf(members);
    }

    @Override
    public final ComponentName name() {
        return name;
    }

    @Override
    public final String summary() {
        return summary;
    }

    @Override
    public final boolean availableRestricted() {
        return availableRestricted;
    }

    @Override
    public final Set<ComponentName> restoreAfter() {
        return restoreAfter;
    }

    @Override
    public final Set<String> members() {
        return members;
    }
}
