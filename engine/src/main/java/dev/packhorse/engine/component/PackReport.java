package dev.packhorse.engine.component;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a module packed.
///
/// @param counts what a restore is compared with, by name: `files`, `folders`, `links`, `bytes`,
///   `databases`, `tables` …
/// @param warnings items that are missing or not as they should be, a sentence each
public record PackReport(Map<String, Long> counts, List<String> warnings) {
    /// Nothing was there to pack.
    public static final PackReport EMPTY = new PackReport(Map.of(), List.of());

    public PackReport {
        counts = java.util.Collections.unmodifiableMap(new TreeMap<>(counts));
        warnings = List.copyOf(warnings);
    }

    public static PackReport of(Map<String, Long> counts) {
        return new PackReport(counts, List.of());
    }
}
