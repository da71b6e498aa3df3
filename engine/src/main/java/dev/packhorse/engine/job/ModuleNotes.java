package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.component.RestoreReport;
import java.util.ArrayList;
import java.util.List;

/// What the modules of a restore that came to their end have said, in this run of the job and in
/// those before it: all of it belongs to the job's result. One thread.
final class ModuleNotes {
    private final List<String> altered;
    private final List<String> dangerous;
    private final List<String> skipped;
    private final List<String> warnings;

    /// @param before what earlier runs have kept
    ModuleNotes(Said before) {
        altered = new ArrayList<>(before.altered());
        dangerous = new ArrayList<>(before.dangerous());
        skipped = new ArrayList<>(before.skipped());
        warnings = new ArrayList<>(before.warnings());
    }

    /// Sentences, each with the name of its module before it.
    record Said(
            List<String> altered,
            List<String> dangerous,
            List<String> skipped,
            List<String> warnings) {
        static final Said NOTHING = new Said(List.of(), List.of(), List.of(), List.of());

        Said {
            altered = List.copyOf(altered);
            dangerous = List.copyOf(dangerous);
            skipped = List.copyOf(skipped);
            warnings = List.copyOf(warnings);
        }
    }

    void take(String module, RestoreReport report) {
        report.altered().forEach(each -> altered.add(module + ": " + each));
        report.dangerous().forEach(each -> dangerous.add(module + ": " + each));
        report.skipped().forEach(each -> skipped.add(module + ": " + each));
    }

    /// Compares with what was packed, so that a restore that lost something does not end as a
    /// success.
    void compare(String module, Manifest.Packed packed, RestoreReport report) {
        if (report.outcome() == RestoreReport.Outcome.ABSENT_SERVICE) {
            return;
        }
        packed.counts()
                .forEach((what, promised) -> {
                    Long found = report.counts().get(what);
                    if (found != null && !found.equals(promised)) {
                        warnings.add(
                                "%s: %d %s were packed, %d were restored"
                                        .formatted(module, promised, what, found));
                    }
                });
    }

    Said said() {
        return new Said(altered, dangerous, skipped, warnings);
    }
}
