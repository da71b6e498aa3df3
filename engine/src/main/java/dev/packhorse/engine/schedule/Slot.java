package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// One moment at which a run is due.
///
/// @param slot its identity, in the server's zone
/// @param at when the run starts
/// @param tiers what is due, in the order of [Tier]; never empty
public record Slot(SlotName slot, Instant at, List<Tier> tiers) {
    public Slot {
        tiers = List.copyOf(tiers);
    }

    /// Its date in the server's zone.
    public LocalDate date() {
        return slot.date();
    }

    /// The slot's name in the queue, as `2026-11-24` or `2026-11-24.1400`.
    public String name() {
        return slot.toString();
    }
}
