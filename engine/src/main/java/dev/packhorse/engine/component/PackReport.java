package dev.packhorse.engine.component;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a module packed.
///
/// @param counts what a restore is compared with, by name: `files`, `folders`, `links`, `bytes`,
///   `databases`, `tables` …
/// @param warnings items that are missing or not as they should be, a sentence each
public record PackReport(Map<String, Long> counts, List<String> warnings) {
    /// The count of what is missing although it may be there: databases that could not be dumped,
    /// files that could not be read; absent for none.
    public static final String LEFT_OUT = "left_out";

    /// Nothing was there to pack.
    public static final PackReport EMPTY = new PackReport(Map.of(), List.of());

    public PackReport {
        counts = java.util.Collections.unmodifiableMap(new TreeMap<>(counts));
        warnings = List.copyOf(warnings);
    }

    /// The same, without some of what may be there.
    public PackReport leavingOut(List<String> sentences) {
        if (sentences.isEmpty()) {
            return this;
        }
        Map<String, Long> all = new TreeMap<>(counts);
        all.put(LEFT_OUT, (long) sentences.size());
        List<String> told = new ArrayList<>(warnings);
        told.addAll(sentences);
        return new PackReport(all, told);
    }

    /// Whether something is missing that an earlier archive may have.
    public boolean isIncomplete() {
        return counts.containsKey(LEFT_OUT);
    }

    public static PackReport of(Map<String, Long> counts) {
        return new PackReport(counts, List.of());
    }
}
