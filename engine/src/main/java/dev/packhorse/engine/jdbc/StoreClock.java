package dev.packhorse.engine.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The clock that all processes at one store share: this process's clock, corrected by what the
/// last measurement found. Leases are compared with it, so that a server whose clock is wrong
/// neither takes over live runs nor loses its own. Safe for many threads.
final class StoreClock implements InstantSource {
    private final InstantSource local;
    private volatile Duration ahead = Duration.ZERO;

    StoreClock(InstantSource local) {
        this.local = local;
    }

    @Override
    public Instant instant() {
        return local.instant().plus(ahead);
    }

    /// Takes in the shared time, read just now.
    void set(Instant shared) {
        ahead = Duration.between(local.instant(), shared);
    }
}
