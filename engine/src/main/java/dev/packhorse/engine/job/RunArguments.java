package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;
import java.util.List;
import java.util.Objects;

/// Arguments of a RUN job.
///
/// @param date the slot's name, as [dev.packhorse.engine.model.SlotName] writes it
/// @param tiers the calendars that are due; an archive is packed once and linked into the others
/// @param accounts only these accounts, empty for all that the configuration takes in
/// @param manual whether a person asked for it: then switches that turn backups off are ignored
/// @param label what somebody calls it, empty for nothing
public record RunArguments(
        String date, List<Tier> tiers, List<String> accounts, boolean manual, String label) {
    /// A run without a label.
    public RunArguments(String date, List<Tier> tiers, List<String> accounts, boolean manual) {
        this(date, tiers, accounts, manual, "");
    }

    public RunArguments {
        tiers = List.copyOf(tiers);
        accounts = List.copyOf(accounts);
        // Jobs of before an update have none.
        label = Objects.requireNonNullElse(label, "");
    }
}
