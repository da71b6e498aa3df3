package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes restore points of a destination up into the catalog, so that the next prune there does no
/// harm: it waits for a person, and what was backed up under a label is pinned as the backup pinned
/// it. Both are written before the points, so that no kill leaves points without them. Safe for
/// many threads.
///
/// @param catalog where the points go
/// @param pins where the pins go
/// @param record holds back the next prune
/// @param clock for the record
public record Adoption(
        Catalog catalog, PinStore pins, RetentionRecord record, InstantSource clock) {

    /// Takes up points of one destination.
    ///
    /// @return how many the catalog did not have
    /// @throws IOException if pins or record cannot be read or written; then no point was taken up
    int take(DestinationId destination, List<RestorePoint> points) throws IOException {
        if (points.isEmpty()) {
            return 0;
        }
        record.adopt(destination, clock.instant());
        pin(points);
        return catalog.adopt(points);
    }

    /// A pin that somebody gave a last day stays as it is.
    private void pin(List<RestorePoint> points) throws IOException {
        List<Pin> known = new ArrayList<>(pins.all());
        for (RestorePoint point : points) {
            boolean pinned = known.stream().anyMatch(pin -> pin.isOf(point));
            if (!point.label().isEmpty() && !pinned) {
                Pin pin =
                        new Pin(point.account(), point.slot(), Optional.empty(), Optional.empty());
                pins.add(pin);
                known.add(pin);
            }
        }
    }
}
