package dev.packhorse.engine.job;

import java.util.List;

/// What a BACKUP or PKGACCT job made, kept with it.
///
/// @param archive the archive's key below the backup directory, or its path on the host
/// @param sizeBytes its size
/// @param sha256 its digest
/// @param session the packaging session whose log tells more
/// @param warnings the first warnings, each with its module; the manifest has them all
public record BackupResult(
        String archive, long sizeBytes, String sha256, String session, List<String> warnings) {
    static final int MAX_WARNINGS = 100;

    public BackupResult {
        warnings = List.copyOf(warnings);
    }
}
