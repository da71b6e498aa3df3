package dev.packhorse.engine.model;

import java.util.Locale;

/// The three calendars of the backup directory, with the folder of each below it.
public enum Tier {
    DAILY(""),
    WEEKLY("weekly/"),
    MONTHLY("monthly/");

    private final String folder;

    Tier(String folder) {
        this.folder = folder;
    }

    /// The folder below the backup directory, empty or ending in `/`.
    public String folder() {
        return folder;
    }

    /// The word that the API uses: `daily`, `weekly`, `monthly`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
