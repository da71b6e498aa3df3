package dev.packhorse.transport.watch;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Ends one blocking call when it is cancelled, stands still, or crawls below the floor, by closing
/// what it waits for: a socket's own read limit does not cover a peer that stops reading. The call
/// then fails with whatever its library says, and [#explain] puts the true reason in its place.
///
/// [#progressed] may be called by any thread.
public final class CallWatch implements AutoCloseable {
    private static final long LOOK_NANOS = 100_000_000L;

    private final CallLimits limits;
    private final Runnable abort;
    private final Cancellation cancellation;
    private final AtomicLong moved = new AtomicLong();
    private final AtomicReference<@Nullable String> stopped = new AtomicReference<>();
    private final Cancellation.Registration registration;
    private final Thread thread;
    private volatile boolean ended;
    private volatile boolean paused;

    /// Begins to watch.
    ///
    /// @param abort closes the connection or ends the process; must not block; runs at most once
    public CallWatch(CallLimits limits, Cancellation cancellation, Runnable abort) {
        this.limits = limits;
        this.abort = abort;
        this.cancellation = cancellation;
        this.thread = Thread.ofVirtual().name("call-watch").start(this::look);
        this.registration = cancellation.onRequest(() -> stop("cancelled"));
    }

    /// Something moved.
    ///
    /// @param bytes how much, 0 for an answer without content
    public void progressed(long bytes) {
        moved.addAndGet(bytes + 1);
    }

    /// From now on this side works and waits for nobody: the time does not count.
    public void pause() {
        paused = true;
    }

    /// Waits for the peer again.
    public void resume() {
        paused = false;
    }

    /// The true reason of a failure of the watched call: a [CancelledException] after a
    /// cancellation, `TIMED_OUT` after a stand-still, else the failure itself.
    ///
    /// @param operation what was tried, as `put a/b`
    public IOException explain(String operation, IOException failure) {
        String reason = stopped.get();
        if (cancellation.isRequested()) {
            CancelledException cancelled = new CancelledException("cancelled");
            cancelled.addSuppressed(failure);
            return cancelled;
        }
        return reason == null
                ? failure
                : new TransportException(Kind.TIMED_OUT, operation + ": " + reason, failure);
    }

    private void look() {
        long seen = moved.get();
        long seenAt = System.nanoTime();
        long windowFrom = seen;
        long windowAt = seenAt;
        while (!ended) {
            LockSupport.parkNanos(Math.min(LOOK_NANOS, Math.max(1, limits.idle().toNanos() / 4)));
            long now = System.nanoTime();
            long current = moved.get();
            if (paused) {
                seenAt = now;
                windowAt = now;
                windowFrom = current;
            } else if (current != seen) {
                seen = current;
                seenAt = now;
            } else if (now - seenAt >= limits.idle().toNanos()) {
                stop("no progress for " + limits.idle().toSeconds() + " s");
                return;
            }
            if (now - windowAt >= limits.window().toNanos()) {
                long floor = limits.floorBytesPerSecond() * limits.window().toSeconds();
                if (current - windowFrom < floor) {
                    stop("slower than " + limits.floorBytesPerSecond() + " bytes a second");
                    return;
                }
                windowFrom = current;
                windowAt = now;
            }
        }
    }

    private void stop(String reason) {
        if (!ended && stopped.compareAndSet(null, reason)) {
            abort.run();
        }
    }

    /// Ends the watch; idempotent. The abort does not begin after this returns.
    @Override
    public void close() {
        ended = true;
        registration.close();
        LockSupport.unpark(thread);
    }
}
