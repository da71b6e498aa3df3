package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;
import java.util.List;

/// Arguments of a RUN job.
///
/// @param date the slot's date, `YYYY-MM-DD`
/// @param tiers the calendars that are due; an archive is packed once and linked into the others
/// @param accounts only these accounts, empty for all that the configuration takes in
/// @param manual whether a person asked for it: then switches that turn backups off are ignored
public record RunArguments(String date, List<Tier> tiers, List<String> accounts, boolean manual) {
    public RunArguments {
        tiers = List.copyOf(tiers);
        accounts = List.copyOf(accounts);
    }
}
