package dev.packhorse.engine.component;

/// What an archive leaves out; the defaults leave out nothing.
public record PackOptions(boolean skipHome, boolean skipDatabases, boolean skipZones) {
    public static final PackOptions ALL = new PackOptions(false, false, false);
}
