package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// What one account has at one destination, and what else counts for it.
///
/// @param account whose points
/// @param points all of them that are whole, in any order
/// @param onServer whether the account is still on this server
/// @param newestRuns the newest slot date, not after today, of each calendar for which anything was
///   kept anywhere; absent for a calendar that never ran
/// @param pins pins of this account; others have no effect
/// @param inUse archives that a job waits for, or that have what newer ones lack, with the reason
///   in words
/// @param locked until when the place refuses to delete archives, as it told
/// @param forced whether somebody named the account and let its last copy go
public record Holding(
        AccountName account,
        List<RestorePoint> points,
        boolean onServer,
        Map<Tier, LocalDate> newestRuns,
        List<Pin> pins,
        Map<ObjectKey, String> inUse,
        Map<ObjectKey, Instant> locked,
        boolean forced) {
    /// What a place has that told of no lock.
    public Holding(
            AccountName account,
            List<RestorePoint> points,
            boolean onServer,
            Map<Tier, LocalDate> newestRuns,
            List<Pin> pins,
            Map<ObjectKey, String> inUse,
            boolean forced) {
        this(account, points, onServer, newestRuns, pins, inUse, Map.of(), forced);
    }

    public Holding {
        points = List.copyOf(points);
        newestRuns = Map.copyOf(newestRuns);
        pins = List.copyOf(pins);
        inUse = Map.copyOf(inUse);
        locked = Map.copyOf(locked);
    }

    /// The same with other points.
    public Holding with(List<RestorePoint> others) {
        return new Holding(account, others, onServer, newestRuns, pins, inUse, locked, forced);
    }

    /// The same, waiting for the archives of other runs.
    public Holding waitingFor(Map<Tier, LocalDate> runs) {
        return new Holding(account, points, onServer, runs, pins, inUse, locked, forced);
    }
}
