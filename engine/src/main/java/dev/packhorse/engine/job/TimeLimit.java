package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A cancellation that is requested when another one is, or when a time is up. Closing it ends the
/// watch. Safe for many threads.
final class TimeLimit implements Cancellation, AutoCloseable {
    private final CancellationSource source = new CancellationSource();
    private final Registration outer;
    private final CompletableFuture<Void> timer;
    private volatile boolean expired;

    private TimeLimit(Duration limit, Cancellation cancellation) {
        this.outer = cancellation.onRequest(source::request);
        this.timer =
                limit.isZero()
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.runAsync(
                                this::expire,
                                CompletableFuture.delayedExecutor(
                                        limit.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
    }

    /// @param limit zero for none
    static TimeLimit of(Duration limit, Cancellation cancellation) {
        return new TimeLimit(limit, cancellation);
    }

    private void expire() {
        expired = true;
        source.request();
    }

    /// Whether the time was up before the work was.
    boolean hasExpired() {
        return expired;
    }

    @Override
    public boolean isRequested() {
        return source.isRequested();
    }

    @Override
    public Registration onRequest(Runnable action) {
        return source.onRequest(action);
    }

    @Override
    public void close() {
        timer.cancel(false);
        outer.close();
    }
}
