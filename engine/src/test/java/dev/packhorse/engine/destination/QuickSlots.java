package dev.packhorse.engine.destination;

import java.time.Duration;

/// Upload slots whose loss is found out soon, for tests.
public final class QuickSlots {
    private static final Duration LONG = Duration.ofHours(1);

    private QuickSlots() {}

    public static UploadSlots of(TransportOpener opener, ServerIdentity self) {
        SlotTimes times =
                new SlotTimes(
                        Duration.ofMillis(20),
                        LONG,
                        LONG,
                        LONG,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1));
        return new UploadSlots(opener, self, times, System::nanoTime);
    }
}
