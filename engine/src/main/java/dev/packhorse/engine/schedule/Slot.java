package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.Tier;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// One date on which a run is due.
///
/// @param date its date in the server's zone, which is its identity
/// @param at when the run starts
/// @param tiers what is due, in the order of [Tier]; never empty
public record Slot(LocalDate date, Instant at, List<Tier> tiers) {
    public Slot {
        tiers = List.copyOf(tiers);
    }

    /// The slot's name in the queue, as `2026-11-24`.
    public String name() {
        return date.toString();
    }
}
