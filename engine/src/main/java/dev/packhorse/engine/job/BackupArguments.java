package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;
import java.util.List;
import java.util.Objects;

/// Arguments of a BACKUP job.
///
/// @param account whose archive is made
/// @param tiers the calendars it belongs to, at least one: packed into the first, linked into the
///   others
/// @param date the slot's name, as [dev.packhorse.engine.model.SlotName] writes it
/// @param run the id of the RUN job it belongs to, empty for a single manual backup
/// @param session the packaging session whose log it writes
/// @param label what somebody calls it, empty for nothing
public record BackupArguments(
        String account, List<Tier> tiers, String date, String run, String session, String label) {
    /// A backup without a label.
    public BackupArguments(
            String account, List<Tier> tiers, String date, String run, String session) {
        this(account, tiers, date, run, session, "");
    }

    public BackupArguments {
        tiers = List.copyOf(tiers);
        // Jobs of before an update have none.
        label = Objects.requireNonNullElse(label, "");
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("a backup needs a tier");
        }
    }
}
