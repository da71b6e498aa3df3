package dev.packhorse.engine.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How long an upload has found no room on this side, kept as its resume mark.
///
/// @param since when it found none first, in milliseconds since 1970; as `last` before it looked
/// @param last when it looked last
record RoomWait(long since, long last) {
    /// Longer than a night, so that what is sent and pruned meanwhile can make room.
    static final Duration LONGEST = Duration.ofHours(24);

    /// While it waits it looks each minute; what was found before a longer pause, as that of the
    /// destination or of the daemon, is of another wait.
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /// What a mark tells.
    static RoomWait of(Optional<String> mark) {
        return mark.map(text -> JobJson.read(text, RoomWait.class)).orElse(new RoomWait(0, 0));
    }

    /// After another look that found no room. A wait that was too long has ended with its job: if
    /// somebody retries that, it is another one.
    RoomWait goneOn(Instant now) {
        long at = now.toEpochMilli();
        boolean goesOn = !isTooLong() && at - last <= LONGEST_PAUSE.toMillis() && at >= last;
        return new RoomWait(goesOn ? since : at, at);
    }

    boolean isTooLong() {
        return last - since >= LONGEST.toMillis();
    }

    Optional<String> toMark() {
        return Optional.of(JobJson.write(this));
    }
}
