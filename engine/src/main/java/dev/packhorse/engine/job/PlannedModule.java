package dev.packhorse.engine.job;

import dev.packhorse.engine.component.Rehearsal;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.transport.spi.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What a restore would do with one module.
///
/// @param module its name
/// @param does a word of [Does]
/// @param why the reason, empty where none is needed
/// @param counts what would be restored, under the names of the module's report
/// @param creates what it would make
/// @param replaces what it would put in the place of something
/// @param removes what it would take away
/// @param altered as in the module's report, as are the next two
record PlannedModule(
        String module,
        String does,
        String why,
        Map<String, Long> counts,
        Named creates,
        Named replaces,
        Named removes,
        List<String> altered,
        List<String> dangerous,
        List<String> skipped) {
    private static final int DIGEST_DIGITS = 16;

    PlannedModule {
        counts = java.util.Collections.unmodifiableMap(new TreeMap<>(counts));
        altered = List.copyOf(altered);
        dangerous = List.copyOf(dangerous);
        skipped = List.copyOf(skipped);
    }

    /// What becomes of a module.
    enum Does {
        /// It restores something, or looks and finds all in order.
        RESTORES,
        /// The archive holds nothing for it.
        NOTHING,
        ABSENT_SERVICE,
        /// It does not run: not asked for, or not for such an archive.
        LEFT_OUT,
        /// It would fail.
        REFUSED,
        /// What it does is known only when it runs.
        AFTERWARDS;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /// Things, the first of them by name.
    record Named(long count, List<String> first) {
        private static final int MOST = 100;

        static final Named NONE = new Named(0, List.of());

        Named {
            first = List.copyOf(first);
        }

        static Named of(Rehearsal.Items items, List<String> further) {
            List<String> all = new java.util.ArrayList<>(items.first());
            all.addAll(further);
            return new Named(items.count() + further.size(), all.stream().limit(MOST).toList());
        }
    }

    /// Of a module that changes nothing.
    static PlannedModule idle(String module, Does does, String why) {
        return new PlannedModule(
                module,
                does.word(),
                why,
                Map.of(),
                Named.NONE,
                Named.NONE,
                Named.NONE,
                List.of(),
                List.of(),
                List.of());
    }

    /// Of a module whose restore was rehearsed, with the host's files that it would change.
    static PlannedModule of(
            String module,
            Does does,
            String why,
            Rehearsal rehearsal,
            Map<String, List<String>> files) {
        RestoreReport report = rehearsal.report();
        return new PlannedModule(
                module,
                does.word(),
                why,
                report.counts(),
                Named.of(rehearsal.creates(), files.getOrDefault("CREATE", List.of())),
                Named.of(rehearsal.replaces(), files.getOrDefault("REPLACE", List.of())),
                Named.of(rehearsal.removes(), files.getOrDefault("REMOVE", List.of())),
                report.altered(),
                report.dangerous(),
                report.skipped());
    }

    /// By which two plans are compared.
    String digest() {
        byte[] text = JobJson.write(this).getBytes(StandardCharsets.UTF_8);
        byte[] digest = Sha256.begin().digest(text);
        return HexFormat.of().formatHex(digest).substring(0, DIGEST_DIGITS);
    }
}
