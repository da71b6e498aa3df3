package dev.packhorse.engine.queue;

import java.time.Duration;

/// How a run ended. `result` is a JSON object kept with the job; `reason` is a sentence for people,
/// lower case.
public sealed interface JobOutcome {
    /// Everything was done.
    record Succeeded(String result) implements JobOutcome {}

    /// Done, with items that somebody should look at.
    record Partial(String result, String reason) implements JobOutcome {}

    /// Not done, and another try will not help.
    record Failed(String result, String reason) implements JobOutcome {}

    /// Not done; try again after the delay. Counts as an attempt; the last attempt ends the job as
    /// failed.
    record RetryAfter(Duration delay, String reason) implements JobOutcome {}

    /// Not the time yet (a resource is busy): look again after the delay. Does not count as an
    /// attempt.
    record Snoozed(Duration delay, String reason) implements JobOutcome {}

    /// The cancellation was seen and everything half-made removed.
    record Cancelled(String result) implements JobOutcome {}

    /// Not done, and nobody needs it any more, since a later job does the same: ends as cancelled,
    /// which is nothing to be alarmed about.
    record Superseded(String reason) implements JobOutcome {}

    /// The daemon is stopping: the job goes back as it was, and the attempt is not counted.
    record HandedBack() implements JobOutcome {}
}
