package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.whm.WhmException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets so many do something costly at a time, in the order in which they came. Safe for many
/// threads.
final class Turns {
    private final Semaphore free;
    private final Duration patience;

    /// @param patience how long one waits for its turn
    Turns(int most, Duration patience) {
        this.free = new Semaphore(most, true);
        this.patience = patience;
    }

    /// Does something when its turn has come.
    ///
    /// @throws WhmException also if that took too long; nothing was done then
    <T> T take(Work<T> work) throws WhmException {
        if (!hasCome()) {
            throw WhmException.refused(
                    "The server is busy with other calls of this kind; try again later.");
        }
        try {
            return work.run();
        } finally {
            free.release();
        }
    }

    private boolean hasCome() {
        try {
            return free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
    }

    /// What is done.
    @FunctionalInterface
    interface Work<T> {
        T run() throws WhmException;
    }
}
