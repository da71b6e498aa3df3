package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.time.Duration;

/// Waits between two tries, and knows how much time has gone by.
public interface Pause {
    /// Waits as long as told.
    ///
    /// @throws CancelledException as soon as the cancellation is requested
    void pause(Duration time, Cancellation cancellation) throws CancelledException;

    /// Nanoseconds from a fixed moment, steady as [System#nanoTime()].
    long nanoTime();

    /// The machine's own clock.
    static Pause real() {
        return RealPause.INSTANCE;
    }
}
