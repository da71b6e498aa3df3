package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Waits on a clock of its own that only the waits move. One thread.
final class RecordedPause implements Pause {
    private final List<Duration> waits = new ArrayList<>();
    private long now;

    @Override
    public void pause(Duration time, Cancellation cancellation) throws CancelledException {
        cancellation.check();
        waits.add(time);
        now += time.toNanos();
    }

    @Override
    public long nanoTime() {
        return now;
    }

    /// What was waited for, in order.
    List<Duration> waits() {
        return List.copyOf(waits);
    }
}
