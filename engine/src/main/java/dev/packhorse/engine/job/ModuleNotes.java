package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.component.RestoreReport;
import java.util.ArrayList;
import java.util.List;

/// What the modules of a restore that came to their end have said, in this run of the job and in
/// those before it: all of it belongs to the job's result. No module may say so much that the store
/// takes neither the job's mark nor its result: names of files are the customer's. One thread.
final class ModuleNotes {
    /// Characters of all that is kept, as JSON: less than half of what the store takes.
    private static final int LIMIT = 400_000;

    /// Stands where the name of a module does for what is left out before any module sees it.
    static final String ARCHIVE = "archive";

    /// What a module may take of the room that is left, so that none silences those after it.
    private static final int SHARE = 4;

    private static final int KINDS = 3;

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
        int room = Math.max(0, LIMIT - JobJson.write(said()).length()) / SHARE / KINDS;
        altered.addAll(fitting(module, report.altered(), room));
        dangerous.addAll(fitting(module, report.dangerous(), room));
        skipped.addAll(fitting(module, report.skipped(), room));
    }

    /// What the archive says of itself, in as much room as one module may have.
    static List<String> ofArchive(List<String> remarks) {
        return fitting(ARCHIVE, remarks, LIMIT / SHARE);
    }

    /// The first sentences that fit, and how many do not. They may count others themselves.
    private static List<String> fitting(String module, List<String> items, int room) {
        List<String> kept = new ArrayList<>();
        int used = 0;
        for (String item : items) {
            String sentence = module + ": " + item;
            used += JobJson.write(sentence).length() + 1;
            if (used > room) {
                int more = items.size() - kept.size();
                kept.add("%s: and at least %d more of this kind".formatted(module, more));
                break;
            }
            kept.add(sentence);
        }
        return kept;
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
