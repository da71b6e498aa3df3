package dev.packhorse.engine.job;

import dev.packhorse.engine.model.ProvenModule;
import java.util.List;
import java.util.Objects;

/// What a DRILL job did, kept with it.
///
/// @param drills one an account
/// @param session the session whose log tells more
public record DrillResult(List<Drill> drills, String session) {
    public DrillResult {
        drills = List.copyOf(drills);
    }

    /// A restore that was tried.
    ///
    /// @param account whose
    /// @param archive the key of the archive
    /// @param destination where that was taken from
    /// @param proven whether it gave back what was packed
    /// @param compared what was compared, in words
    /// @param differences what came back otherwise, the first ones; empty if it is proven
    /// @param notes what was not tried, or is otherwise with good reason
    /// @param seconds how long it took
    /// @param modules those that gave back all that they had packed, by name
    public record Drill(
            String account,
            String archive,
            String destination,
            boolean proven,
            String compared,
            List<String> differences,
            List<String> notes,
            long seconds,
            List<ProvenModule> modules) {
        public Drill {
            differences = List.copyOf(differences);
            notes = List.copyOf(notes);
            // jobs of earlier versions have none
            modules = List.copyOf(Objects.requireNonNullElse(modules, List.of()));
        }

        /// The first difference, empty if it is proven.
        String difference() {
            return differences.isEmpty() ? "" : differences.getFirst();
        }
    }
}
