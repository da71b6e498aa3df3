package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;
import java.util.List;

/// Arguments of a BACKUP job.
///
/// @param account whose archive is made
/// @param tiers the calendars it belongs to, at least one: packed into the first, linked into the
///   others
/// @param date its slot's date, `YYYY-MM-DD`
/// @param run the id of the RUN job it belongs to, empty for a single manual backup
/// @param session the packaging session whose log it writes
public record BackupArguments(
        String account, List<Tier> tiers, String date, String run, String session) {
    public BackupArguments {
        tiers = List.copyOf(tiers);
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("a backup needs a tier");
        }
    }
}
