package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Remembers how a place has been doing, for all transports to it: after five failures in a row
/// that may pass it opens, so that nobody waits for a place that is down; after a minute it lets
/// one call try, and closes again when that one gets an answer. Many threads.
public final class Breaker {
    static final int FAILURES = 5;
    static final Duration REST = Duration.ofSeconds(60);

    private static final Duration WHILE_ONE_TRIES = Duration.ofSeconds(1);

    private final LongSupplier nanoTime;
    private int failures;
    private boolean open;
    private boolean trying;
    private long openedAt;

    /// A closed one.
    ///
    /// @param nanoTime steady, as [System#nanoTime()]
    public Breaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Lets a call begin, or refuses it. Each call that began is followed by one of the other
    /// methods.
    ///
    /// @throws TransportException `UNAVAILABLE` while open, with the time that is left
    synchronized void begin(String operation) throws TransportException {
        if (!open) {
            return;
        }
        Duration left = REST.minusNanos(nanoTime.getAsLong() - openedAt);
        if (left.isPositive()) {
            throw refused(operation, left);
        }
        if (trying) {
            throw refused(operation, WHILE_ONE_TRIES);
        }
        trying = true;
    }

    private static TransportException refused(String operation, Duration wait) {
        return new TransportException(
                Kind.UNAVAILABLE,
                operation + ": not tried, since the place failed " + FAILURES + " times in a row",
                null,
                wait);
    }

    /// The place answered, whatever it said.
    synchronized void answered() {
        failures = 0;
        open = false;
        trying = false;
    }

    /// The place failed in a way that may pass.
    synchronized void failed() {
        failures++;
        if (failures >= FAILURES) {
            open = true;
            openedAt = nanoTime.getAsLong();
        }
        trying = false;
    }

    /// The call ended without telling anything about the place.
    synchronized void undecided() {
        trying = false;
    }
}
