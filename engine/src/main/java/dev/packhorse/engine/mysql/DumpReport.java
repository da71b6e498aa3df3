package dev.packhorse.engine.mysql;

import java.util.List;

/// A verified dump.
///
/// @param contents the database as it was when the dump began
/// @param sizeBytes of the dump
/// @param warnings what a person should know, a sentence each
/// @param refused those of the warnings that say why no restore would load it
public record DumpReport(
        DatabaseContents contents, long sizeBytes, List<String> warnings, List<String> refused) {
    public DumpReport {
        warnings = List.copyOf(warnings);
        refused = List.copyOf(refused);
    }
}
