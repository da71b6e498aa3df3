package dev.packhorse.engine.job;

import java.util.List;

/// What a PRUNE job did, kept with it.
///
/// @param removed points that are gone
/// @param kept points that stayed
/// @param bytes the size of what is gone
/// @param folders empty folders that were removed
/// @param session the session whose log tells more, empty if none could be written
/// @param warnings what a person should look at
public record PruneResult(
        int removed, int kept, long bytes, int folders, String session, List<String> warnings) {
    static final int MAX_WARNINGS = 100;

    public PruneResult {
        warnings = warnings.stream().limit(MAX_WARNINGS).toList();
    }
}
