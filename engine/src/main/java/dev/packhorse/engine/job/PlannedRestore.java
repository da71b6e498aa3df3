package dev.packhorse.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a restore would do, kept as the result of the job that found it out.
///
/// @param account the account
/// @param exists whether the account is on this server already
/// @param trust how far the archive is believed: `trusted` or `restricted`
/// @param archiveSha256 of which archive
/// @param modules what becomes of each, in the order in which they run
/// @param conflicts what stands in the way, the first thing to look at
/// @param notes what is left out of the archive before any module sees it
record PlannedRestore(
        String account,
        boolean exists,
        String trust,
        String archiveSha256,
        List<PlannedModule> modules,
        List<String> conflicts,
        List<String> notes) {
    PlannedRestore {
        modules = List.copyOf(modules);
        conflicts = List.copyOf(conflicts);
        notes = List.copyOf(notes);
    }

    /// What a restore is held to: module to digest, and the archive's own.
    Map<String, String> digests() {
        Map<String, String> digests = new TreeMap<>();
        digests.put("archive", archiveSha256);
        modules.forEach(each -> digests.put(each.module(), each.digest()));
        return digests;
    }

    /// Where this differs from what was expected, by name.
    List<String> differences(Map<String, String> expected) {
        Map<String, String> now = digests();
        List<String> names = new ArrayList<>(new TreeMap<>(expected).keySet());
        now.keySet().stream().filter(each -> !expected.containsKey(each)).forEach(names::add);
        return names.stream()
                .filter(each -> !now.getOrDefault(each, "").equals(expected.getOrDefault(each, "")))
                .toList();
    }
}
