package dev.packhorse.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until a test moves it. Safe for many threads.
public final class SettableClock implements InstantSource {
    private volatile Instant now;

    public SettableClock(Instant now) {
        this.now = now;
    }

    /// A clock that shows some moment of 2026.
    public static SettableClock somewhere() {
        return new SettableClock(Instant.parse("2026-11-24T02:00:00Z"));
    }

    @Override
    public Instant instant() {
        return now;
    }

    public void set(Instant instant) {
        now = instant;
    }

    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }
}
