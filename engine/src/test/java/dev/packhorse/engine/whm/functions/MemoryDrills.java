package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.catalog.Drills;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.ProvenModule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Drills in memory: one that proved an account.
final class MemoryDrills implements Drills {
    private final List<DrillRecord> drills =
            new ArrayList<>(
                    List.of(
                            new DrillRecord(
                                    new AccountName("alice"),
                                    Instant.EPOCH,
                                    Optional.of(Instant.EPOCH),
                                    DestinationId.LOCAL,
                                    "2026-11-24/accounts/alice.tar.gz",
                                    12,
                                    "4 entries of the home with 4096 bytes",
                                    "",
                                    List.of(
                                            new ProvenModule(
                                                    "ZoneFile", 3, Map.of("zones", 3L))))));

    @Override
    public void keep(DrillRecord drill) {
        drills.add(drill);
    }

    @Override
    public List<DrillRecord> all() {
        return List.copyOf(drills);
    }
}
