package dev.packhorse.engine.job;

import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.model.ProvenModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/// What a restore that is tried has shown so far. Of each kind of sentence a bounded number is
/// kept. One thread.
final class DrillFindings {
    private static final int MOST = 200;

    private final List<String> differences = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> compared = new ArrayList<>();
    private final Map<String, RestoreReport> reports = new HashMap<>();
    private final SortedMap<String, ProvenModule> proven = new TreeMap<>();
    private boolean restricted;

    /// Something came back otherwise than it was packed.
    void difference(String sentence) {
        add(differences, sentence);
    }

    /// The restore itself failed, from which most other differences follow.
    void failed(String sentence) {
        differences.addFirst(sentence);
    }

    /// Something was not tried, or is otherwise with good reason.
    void note(String sentence) {
        add(notes, sentence);
    }

    /// Something was compared.
    void compared(String words) {
        compared.add(words);
    }

    private static void add(List<String> sentences, String sentence) {
        if (sentences.size() < MOST) {
            sentences.add(sentence);
        } else if (sentences.size() == MOST) {
            sentences.add("and more of this kind, see the log");
        }
    }

    /// A module came to its end.
    ///
    /// @param unvouched whether it was for an archive that nobody vouches for
    void ended(String module, RestoreReport report, boolean unvouched) {
        reports.put(module, report);
        restricted |= unvouched;
    }

    /// Whether any module came to its end.
    boolean hasBegun() {
        return !reports.isEmpty();
    }

    /// What a module said at its end, empty if it did not come to one.
    Optional<RestoreReport> report(String module) {
        return Optional.ofNullable(reports.get(module));
    }

    /// Whether a module told that it restored something otherwise than it was packed.
    boolean altered(String module) {
        return report(module).filter(report -> !report.altered().isEmpty()).isPresent();
    }

    /// Whether this server lacks what a module needs.
    boolean lacks(String module) {
        return report(module)
                .filter(report -> report.outcome() == RestoreReport.Outcome.ABSENT_SERVICE)
                .isPresent();
    }

    /// Whether nobody vouches for the archive, so that modules take parts of it alone.
    boolean isRestricted() {
        return restricted;
    }

    /// Everything that a module had packed came back.
    void proven(String module, long members, Map<String, Long> counts) {
        proven.put(module, new ProvenModule(module, members, counts));
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /// The modules that were proven, by name.
    List<ProvenModule> proven() {
        return List.copyOf(proven.values());
    }

    /// What was compared, in words; the members with the modules that had packed them.
    String compared() {
        List<String> all = new ArrayList<>(compared);
        StringJoiner modules = new StringJoiner(", ", " (", ")");
        long members = 0;
        long count = 0;
        for (ProvenModule each : proven.values()) {
            if (each.members() > 0) {
                members += each.members();
                count++;
                modules.add(each.name() + " " + each.members());
            }
        }
        if (count > 0) {
            all.add("%d members of %d modules%s".formatted(members, count, modules));
        }
        return String.join(", ", all);
    }
}
