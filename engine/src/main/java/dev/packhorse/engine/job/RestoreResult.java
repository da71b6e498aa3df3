package dev.packhorse.engine.job;

import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.RestoreReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How a restore ended, kept with its job.
///
/// @param result 1 done, 2 done with warnings, 0 failed
/// @param message one sentence
/// @param altered items restored otherwise than archived, each prefixed with its module
/// @param dangerous items to look at before trusting the account
/// @param skipped items left out, with the reason
/// @param warnings differences between what the manifest promised and what was restored, and
///   members without a module
/// @param modules module name to its outcome word
public record RestoreResult(
        int result,
        String message,
        List<String> altered,
        List<String> dangerous,
        List<String> skipped,
        List<String> warnings,
        Map<String, String> modules) {
    /// The modules with what cannot be made again.
    private static final List<String> PRECIOUS =
            List.of(
                    Components.HOMEDIR.value(),
                    MysqlComponent.NAME.value(),
                    PostgresComponent.NAME.value());

    /// One without items.
    static RestoreResult of(int result, String message) {
        return new RestoreResult(
                result, message, List.of(), List.of(), List.of(), List.of(), Map.of());
    }

    /// The same, with something more to know.
    RestoreResult withWarning(String warning) {
        List<String> more = new ArrayList<>(warnings);
        more.add(warning);
        boolean wasClean = result == 1;
        return new RestoreResult(
                wasClean ? 2 : result,
                wasClean ? "warning" : message,
                altered,
                dangerous,
                skipped,
                more,
                modules);
    }

    /// The modules that ran and did not bring back all that only the archive may still have, and
    /// [ModuleNotes#ARCHIVE] for members that none of them saw. What was not asked for, or is not
    /// for an archive that nobody vouches for, did not run.
    List<String> losses() {
        List<String> losses =
                new ArrayList<>(
                        PRECIOUS.stream().filter(modules::containsKey).filter(this::lost).toList());
        if (hasLeftOut(ModuleNotes.ARCHIVE)) {
            losses.add(ModuleNotes.ARCHIVE);
        }
        return losses;
    }

    private boolean lost(String module) {
        return ModuleRun.word(RestoreReport.Outcome.ABSENT_SERVICE).equals(modules.get(module))
                || hasLeftOut(module);
    }

    private boolean hasLeftOut(String module) {
        return skipped.stream().anyMatch(each -> each.startsWith(module + ": "));
    }

    public RestoreResult {
        altered = List.copyOf(altered);
        dangerous = List.copyOf(dangerous);
        skipped = List.copyOf(skipped);
        warnings = List.copyOf(warnings);
        modules = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(modules));
    }
}
