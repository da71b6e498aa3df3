package dev.packhorse.engine.job;

import dev.packhorse.engine.model.DestinationId;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What was sent to each destination since the start. Safe for many threads.
public final class TransferMeter {
    private final Map<DestinationId, Sum> sums = new ConcurrentHashMap<>();

    /// What arrived.
    ///
    /// @param count archives
    /// @param bytes their bytes
    /// @param nanos the time from the beginning of each upload to the proof of its arrival
    public record Sum(long count, long bytes, long nanos) {
        Sum plus(Sum other) {
            return new Sum(count + other.count, bytes + other.bytes, nanos + other.nanos);
        }
    }

    void arrived(DestinationId destination, long bytes, long nanos) {
        sums.merge(destination, new Sum(1, bytes, nanos), Sum::plus);
    }

    /// By destination.
    public SortedMap<DestinationId, Sum> sums() {
        SortedMap<DestinationId, Sum> sorted =
                new TreeMap<>(Comparator.comparing(DestinationId::value));
        sorted.putAll(sums);
        return Collections.unmodifiableSortedMap(sorted);
    }
}
