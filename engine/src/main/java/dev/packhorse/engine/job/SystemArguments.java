package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;
import java.util.List;

/// What a SYSTEM_BACKUP job does.
///
/// @param date its slot's date, `YYYY-MM-DD`
/// @param tiers the calendars it belongs to, at least one
public record SystemArguments(String date, List<Tier> tiers) {
    public SystemArguments {
        tiers = List.copyOf(tiers);
    }
}
