package dev.packhorse.engine.live;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// The events that one listener has not read yet. The feed offers, one thread reads. A listener
/// that does not keep up is given up: it never holds anything back.
public final class Subscription implements AutoCloseable {
    private final LiveFeed feed;
    private final BlockingQueue<LiveEvent> waiting;
    private volatile boolean over;

    Subscription(LiveFeed feed, int room) {
        this.feed = feed;
        this.waiting = new ArrayBlockingQueue<>(room);
    }

    /// The next event, empty if there is none within the time or [#isOver].
    public Optional<LiveEvent> next(Duration within) {
        try {
            // Short waits, because nothing is offered any more once it is over.
            long deadline = System.nanoTime() + within.toNanos();
            while (!over && System.nanoTime() < deadline) {
                LiveEvent event = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (event != null) {
                    return Optional.of(event);
                }
            }
            return Optional.empty();
        } catch (InterruptedException _) {
            over = true; // nothing in Packhorse interrupts; whoever does wants an end
            return Optional.empty();
        }
    }

    /// Whether nothing comes any more: the reader was too slow, or the daemon stops.
    public boolean isOver() {
        return over;
    }

    void offer(LiveEvent event) {
        if (!over && !waiting.offer(event)) {
            end();
        }
    }

    void end() {
        over = true;
        waiting.clear();
    }

    @Override
    public void close() {
        end();
        feed.forget(this);
    }
}
