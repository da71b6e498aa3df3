package dev.packhorse.engine.component;

import dev.packhorse.engine.component.RestoreReport.Outcome;
import java.util.Map;

/// Collects what a module has to tell while it restores. Sentences are lower case and name the
/// thing. One thread.
public final class RestoreNotes {
    private final ItemList altered = new ItemList();
    private final ItemList dangerous = new ItemList();
    private final ItemList skipped = new ItemList();

    /// Something was restored otherwise than it was in the archive.
    public void altered(String item) {
        altered.add(item);
    }

    /// A person should look at something.
    public void dangerous(String item) {
        dangerous.add(item);
    }

    /// Something was left out.
    public void skipped(String item) {
        skipped.add(item);
    }

    /// Whether nothing was told.
    public boolean isEmpty() {
        return altered.isEmpty() && dangerous.isEmpty() && skipped.isEmpty();
    }

    /// The report of a module that came to its end.
    public RestoreReport report(Map<String, Long> counts) {
        return new RestoreReport(
                isEmpty() ? Outcome.DONE : Outcome.WARNINGS,
                counts,
                altered.toList(),
                dangerous.toList(),
                skipped.toList());
    }
}
