package dev.packhorse.engine.job;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How much of a restore is done.
///
/// @param planOnly find out what it would do and change nothing
/// @param expected what the plan said that the restore carries out: module to digest, empty if it
///   was not planned
/// @param parts single things to restore instead of the account, as [RestorePart] reads them
/// @param into the folder below the home that receives parts of the home, empty for their own place
/// @param merge whether messages that a mailbox has stay, and only missing ones come back
public record RestoreScope(
        boolean planOnly,
        Map<String, String> expected,
        List<String> parts,
        String into,
        boolean merge) {
    /// All of the account, for good.
    public static final RestoreScope WHOLE =
            new RestoreScope(false, Map.of(), List.of(), "", false);

    public RestoreScope {
        expected = java.util.Collections.unmodifiableMap(new TreeMap<>(expected));
        parts = List.copyOf(parts);
    }

    /// The same, planned only.
    public RestoreScope planned() {
        return new RestoreScope(true, Map.of(), parts, into, merge);
    }

    /// The same, held to a plan.
    public RestoreScope expecting(Map<String, String> digests) {
        return new RestoreScope(false, digests, parts, into, merge);
    }
}
