package dev.packhorse.engine.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The last time that a restore of an account was tried.
///
/// @param account whose
/// @param at when that ended
/// @param provenAt when one last gave back what was packed, empty for never
/// @param destination where the archive was taken from
/// @param archive its key
/// @param seconds how long it took
/// @param compared what was compared, in words
/// @param difference the first difference, a sentence; empty if there was none
/// @param modules those that gave back all that they had packed, by name
public record DrillRecord(
        AccountName account,
        Instant at,
        Optional<Instant> provenAt,
        DestinationId destination,
        String archive,
        long seconds,
        String compared,
        String difference,
        List<ProvenModule> modules) {
    public DrillRecord {
        modules = List.copyOf(modules);
    }

    /// Whether the last one gave back what was packed.
    public boolean isProven() {
        return difference.isEmpty();
    }
}
