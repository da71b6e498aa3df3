package dev.packhorse.engine.component;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a module restored.
///
/// @param outcome how it ended
/// @param counts what was restored, under the names of the [PackReport]
/// @param altered items restored otherwise than they were in the archive
/// @param dangerous items that a person should look at before trusting the account
/// @param skipped items left out, with the reason
public record RestoreReport(
        Outcome outcome,
        Map<String, Long> counts,
        List<String> altered,
        List<String> dangerous,
        List<String> skipped) {
    public RestoreReport {
        counts = java.util.Collections.unmodifiableMap(new TreeMap<>(counts));
        altered = List.copyOf(altered);
        dangerous = List.copyOf(dangerous);
        skipped = List.copyOf(skipped);
    }

    /// Everything was restored.
    public static RestoreReport done(Map<String, Long> counts) {
        return new RestoreReport(Outcome.DONE, counts, List.of(), List.of(), List.of());
    }

    /// The archive holds nothing for this module.
    public static RestoreReport nothing() {
        return new RestoreReport(Outcome.NOTHING, Map.of(), List.of(), List.of(), List.of());
    }

    /// This server lacks what the module needs.
    public static RestoreReport absent(String why) {
        return new RestoreReport(
                Outcome.ABSENT_SERVICE, Map.of(), List.of(), List.of(), List.of(why));
    }

    /// How a module ended; a failure is thrown as [ComponentException].
    public enum Outcome {
        DONE,
        /// Done with items in one of the three lists.
        WARNINGS,
        NOTHING,
        ABSENT_SERVICE
    }
}
