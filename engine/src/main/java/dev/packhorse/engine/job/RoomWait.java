package dev.packhorse.engine.job;

import dev.packhorse.engine.queue.Job;
import java.time.Duration;
import java.time.Instant;

/// How long an upload has found no room, on this side or at a place whose room is a quota or a cap,
/// kept as its resume mark. It does not look all the time: in quiet hours, behind a long upload,
/// while its destination is paused or the daemon stopped, nobody knows of the room. So that counts
/// little, but it ends no wait.
///
/// @param round when the job was begun, in milliseconds since 1970 as all times here; a retry by
///   hand begins it anew
/// @param since when it found none first
/// @param last when it looked last
/// @param waited the time between its looks, of each at most [#LONGEST_STEP]
record RoomWait(long round, long since, long last, long waited) {
    /// Longer than a night, so that what is sent and pruned meanwhile can make room.
    static final Duration LONGEST = Duration.ofHours(24);

    /// However seldom it could look.
    static final Duration LONGEST_IN_ALL = Duration.ofDays(7);

    /// How long it has looked at least before the days count: after a week without the daemon, or a
    /// jump of the clock, the first look says little.
    private static final Duration LEAST = Duration.ofHours(1);

    /// While it waits it looks each minute.
    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);

    /// The wait of a job that has found no room once more.
    static RoomWait of(Job job, Instant now) {
        long at = now.toEpochMilli();
        long begun = job.startedAt().map(Instant::toEpochMilli).orElse(at);
        return job.resumeMark()
                .map(mark -> JobJson.read(mark, RoomWait.class))
                .filter(wait -> wait.round == begun)
                .map(wait -> wait.goneOn(at))
                .orElse(new RoomWait(begun, at, at, 0));
    }

    /// A clock that was set back makes no step.
    private RoomWait goneOn(long at) {
        long step = Math.clamp(at - last, 0, LONGEST_STEP.toMillis());
        return new RoomWait(round, Math.min(since, at), at, waited + step);
    }

    boolean isTooLong() {
        return waited >= LONGEST.toMillis()
                || (waited >= LEAST.toMillis() && last - since >= LONGEST_IN_ALL.toMillis());
    }

    /// At a place a day is enough, however seldom it could look: a cap that ends with the day has
    /// ended by then, and pruning, which waits for uploads, may be what makes room.
    boolean isTooLongThere() {
        return last - since >= LONGEST.toMillis();
    }

    String toMark() {
        return JobJson.write(this);
    }
}
