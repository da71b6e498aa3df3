package dev.packhorse.engine.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Tallies by key, so many at most: strangers with many addresses push out the oldest, those that
/// are not locked before those that are. Not safe for threads.
final class Tallies {
    /// The most keys of one kind.
    static final int MOST = 4096;

    /// By the newest failure, oldest first.
    private final Map<String, Tally> byKey = new LinkedHashMap<>();

    Optional<Tally> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /// Puts a tally last.
    void put(String key, Tally tally, Instant now) {
        byKey.remove(key);
        byKey.put(key, tally);
        if (byKey.size() > MOST) {
            evict(key, now);
        }
    }

    /// Never the newest: where all others are locked, its failures would not be counted.
    private void evict(String newest, Instant now) {
        String oldest = byKey.keySet().iterator().next();
        for (Map.Entry<String, Tally> each : byKey.entrySet()) {
            if (each.getValue().lock(now).isEmpty() && !each.getKey().equals(newest)) {
                oldest = each.getKey();
                break;
            }
        }
        byKey.remove(oldest);
    }

    boolean remove(String key) {
        return byKey.remove(key) != null;
    }

    /// Drops those that are over.
    void sweep(Instant now, Duration window) {
        byKey.values().removeIf(tally -> tally.isOver(now, window));
    }

    /// Drops those of some keys.
    ///
    /// @return how many of them were locked
    int removeIf(Predicate<String> keys, Instant now) {
        int locked = 0;
        Iterator<Map.Entry<String, Tally>> all = byKey.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Tally> each = all.next();
            if (keys.test(each.getKey())) {
                locked += each.getValue().lock(now).isPresent() ? 1 : 0;
                all.remove();
            }
        }
        return locked;
    }

    /// A copy, oldest first.
    Map<String, Tally> all() {
        return new LinkedHashMap<>(byKey);
    }

    int size() {
        return byKey.size();
    }
}
