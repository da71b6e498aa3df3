package dev.packhorse.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a run's end makes of its job: the only place that decides it, without any store.
///
/// @param to the state after
/// @param attemptCounts false if the run just ended is not counted
/// @param snoozed whether the run ended by waiting for something
/// @param runAt when the job may be claimed again, if `to` is pending
/// @param result the result to keep, empty to leave it as it is
/// @param reason the reason to keep, in words
/// @param keepsMark whether a later run may go on from the resume mark
public record RunEnding(
        JobState to,
        boolean attemptCounts,
        boolean snoozed,
        Instant runAt,
        Optional<String> result,
        String reason,
        boolean keepsMark) {

    /// The time of a job that may run at once. It is no time of the clock: that may be set back,
    /// and what is due would have to wait until it comes round again.
    public static final Instant AT_ONCE = Instant.EPOCH;

    /// No job waits longer between two runs.
    public static final Duration LONGEST_DELAY = Duration.ofHours(1);

    /// The ending of a run that its worker reports.
    ///
    /// @param job the job as it is now, while the worker still holds its lease
    public static RunEnding of(Job job, JobOutcome outcome, Instant now) {
        return switch (outcome) {
            case JobOutcome.Succeeded(var result) ->
                    ended(JobState.SUCCEEDED, now, result, "", false);
            case JobOutcome.Partial(var result, var reason) ->
                    ended(JobState.PARTIAL, now, result, reason, false);
            case JobOutcome.Failed(var result, var reason) ->
                    ended(JobState.FAILED, now, result, reason, true);
            case JobOutcome.Cancelled(var result) ->
                    ended(JobState.CANCELLED, now, result, "cancelled", false);
            case JobOutcome.Superseded(var reason) ->
                    ended(JobState.CANCELLED, now, "{}", reason, false);
            case JobOutcome.RetryAfter(var delay, var reason) ->
                    tryAgain(job, now, later(now, delay), reason);
            case JobOutcome.Snoozed(var delay, var reason) ->
                    wait(job, now, later(now, delay), reason, true);
            case JobOutcome.HandedBack() -> wait(job, now, AT_ONCE, job.reason(), false);
        };
    }

    /// The ending of a run whose worker let the lease run out.
    public static RunEnding ofLostLease(Job job, Instant now) {
        String reason = "the lease of worker " + job.worker().orElse("?") + " ran out";
        return tryAgain(job, now, AT_ONCE, reason);
    }

    private static Instant later(Instant now, Duration delay) {
        return now.plus(delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
    }

    /// A job whose end was asked for never goes back to pending.
    private static RunEnding tryAgain(Job job, Instant now, Instant runAt, String reason) {
        if (job.cancelRequested()) {
            return cancelledInstead(now);
        }
        if (job.attempts() >= job.request().maxAttempts()) {
            String last = reason + " (attempt " + job.attempts() + ", the last)";
            return new RunEnding(JobState.FAILED, true, false, now, Optional.empty(), last, true);
        }
        return new RunEnding(JobState.PENDING, true, false, runAt, Optional.empty(), reason, true);
    }

    private static RunEnding wait(
            Job job, Instant now, Instant runAt, String reason, boolean snoozed) {
        if (job.cancelRequested()) {
            return cancelledInstead(now);
        }
        return new RunEnding(
                JobState.PENDING, false, snoozed, runAt, Optional.empty(), reason, true);
    }

    private static RunEnding cancelledInstead(Instant now) {
        return new RunEnding(
                JobState.CANCELLED, true, false, now, Optional.empty(), "cancelled", false);
    }

    private static RunEnding ended(
            JobState to, Instant now, String result, String reason, boolean keepsMark) {
        return new RunEnding(to, true, false, now, Optional.of(result), reason, keepsMark);
    }
}
