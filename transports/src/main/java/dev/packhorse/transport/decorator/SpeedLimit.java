package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// How fast bytes may pass in one direction, all calls together, by the time of day. Time in which
/// nothing passed is not saved up. Many threads.
public final class SpeedLimit {
    /// What a plan gives where there is no limit.
    public static final long UNLIMITED = Long.MAX_VALUE;

    /// Drivers take less for a standstill.
    static final long SLOWEST = 8 * 1024;

    private static final double NANOS = 1e9;

    private final ToLongFunction<LocalTime> plan;
    private final Supplier<LocalTime> clock;
    private final Pause pause;
    private long freeAt;

    /// A limit that nothing has passed yet.
    ///
    /// @param plan bytes a second at a time of day, [#UNLIMITED] for no limit; less than 8 KiB
    ///   count as 8 KiB
    /// @param clock the time of day in the zone that the plan means
    public SpeedLimit(ToLongFunction<LocalTime> plan, Supplier<LocalTime> clock, Pause pause) {
        this.plan = plan;
        this.clock = clock;
        this.pause = pause;
        this.freeAt = pause.nanoTime();
    }

    /// Waits until so many bytes may pass.
    ///
    /// @throws CancelledException as soon as the cancellation is requested
    void pass(long bytes, Cancellation cancellation) throws CancelledException {
        long wait = reserve(bytes);
        if (wait > 0) {
            pause.pause(Duration.ofNanos(wait), cancellation);
        }
    }

    /// The speed at this time of day.
    long bytesPerSecond() {
        long speed = plan.applyAsLong(clock.get());
        return speed == UNLIMITED ? speed : Math.max(speed, SLOWEST);
    }

    /// Takes the next free time for these bytes, and says how far off its end is.
    private synchronized long reserve(long bytes) {
        long now = pause.nanoTime();
        long speed = bytesPerSecond();
        long begin = freeAt - now > 0 ? freeAt : now;
        if (speed == UNLIMITED) {
            freeAt = now;
            return 0;
        }
        freeAt = begin + (long) (bytes * NANOS / speed);
        return freeAt - now;
    }
}
