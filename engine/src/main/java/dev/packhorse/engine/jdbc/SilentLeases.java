package dev.packhorse.engine.jdbc;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Watches the leases of active jobs by a clock that nobody sets. After the machine's clock was set
/// back, the lease of a worker that died lies far ahead and would not run out for as long; what
/// gives it away is that nobody renews it. Safe for many threads.
final class SilentLeases {
    /// Several heartbeats of the longest lease that can be configured.
    static final Duration LONGEST_SILENCE = Duration.ofMinutes(20);

    private final LongSupplier nanos;
    private final Map<String, Watched> watched = new HashMap<>();

    private record Watched(long until, long sinceNanos) {}

    /// @param nanos as [System#nanoTime()]
    SilentLeases(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// Takes in what is active now.
    ///
    /// @param leases until when, by job
    /// @return those of them that were not renewed for longer than [#LONGEST_SILENCE]
    synchronized Map<String, Long> among(Map<String, Long> leases) {
        long now = nanos.getAsLong();
        watched.keySet().retainAll(leases.keySet());
        Map<String, Long> silent = new HashMap<>();
        leases.forEach((job, until) -> {
            Watched since =
                    Optional.ofNullable(watched.get(job))
                            .filter(before -> before.until() == until)
                            .orElse(new Watched(until, now));
            watched.put(job, since);
            if (now - since.sinceNanos() > LONGEST_SILENCE.toNanos()) {
                silent.put(job, until);
            }
        });
        return silent;
    }
}
