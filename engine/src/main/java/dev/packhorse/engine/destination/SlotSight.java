package dev.packhorse.engine.destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Which servers behind the tokens of one place live: those whose tokens have changed within their
/// time, as seen from here and measured by this machine's own clock, which nobody sets. A token
/// that is seen for the first time has all of its time before it. Not safe for many threads.
final class SlotSight {
    private final SlotTimes times;
    private final LongSupplier nanos;
    private final Predicate<SlotToken> abandoned;
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(long count, long sinceNanos) {}

    /// @param nanos a clock that is not set
    /// @param abandoned whether a token is one of an earlier life of this server
    SlotSight(SlotTimes times, LongSupplier nanos, Predicate<SlotToken> abandoned) {
        this.times = times;
        this.nanos = nanos;
        this.abandoned = abandoned;
    }

    /// What a listing means.
    ///
    /// @param listed all that is there
    /// @param alive by id, with the highest count of each
    record Standing(List<SlotToken> listed, TreeMap<String, SlotToken> alive) {
        /// Those that do not count any more.
        List<SlotToken> dead() {
            return listed.stream().filter(token -> !alive.containsKey(token.id())).toList();
        }

        /// The ids of the slots that are taken.
        Set<String> held() {
            TreeMap<String, SlotToken> held = new TreeMap<>(alive);
            held.values().removeIf(SlotToken::waiting);
            return held.keySet();
        }

        /// The line, from its head.
        List<SlotToken> line() {
            return alive.values().stream().filter(SlotToken::waiting).toList();
        }
    }

    Standing look(List<SlotToken> listed) {
        TreeMap<String, SlotToken> newest = new TreeMap<>();
        listed.forEach(token ->
                newest.merge(
                        token.id(), token, (one, two) -> one.count() > two.count() ? one : two));
        seen.keySet().retainAll(newest.keySet());
        long now = nanos.getAsLong();
        List<String> gone = new ArrayList<>();
        for (SlotToken token : newest.values()) {
            if (abandoned.test(token) || isSilent(token, now)) {
                gone.add(token.id());
            }
        }
        gone.forEach(newest::remove);
        return new Standing(listed, newest);
    }

    private boolean isSilent(SlotToken token, long now) {
        Seen before = seen.get(token.id());
        if (before == null || before.count() != token.count()) {
            seen.put(token.id(), new Seen(token.count(), now));
            return false;
        }
        Duration longest = token.waiting() ? times.waitsFor() : times.holdsFor();
        return now - before.sinceNanos() > longest.toNanos();
    }
}
