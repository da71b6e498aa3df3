package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.model.RestorePoint;

/// Says that a place holds something else than was stored there, though it may be an archive of
/// this server: an old one that counted as proven would take an account back in time unnoticed.
final class StoredElsewise {
    private StoredElsewise() {}

    /// The failure.
    ///
    /// @param how what tells so
    static ArchiveException of(RestorePoint point, String how) {
        return new ArchiveException(
                ArchiveException.Kind.DAMAGED,
                "%s is not what was stored there: %s; it was changed, damaged or replaced since. Restore another date or from another place"
                        .formatted(named(point), how));
    }

    private static String named(RestorePoint point) {
        return point.destination().isLocal()
                ? point.archive() + " in the backup directory"
                : point.archive() + " at destination " + point.destination();
    }
}
