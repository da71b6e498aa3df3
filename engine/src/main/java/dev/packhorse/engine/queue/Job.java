package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobId;
import java.time.Instant;
import java.util.Optional;

/// A job as the queue holds it, at one moment.
///
/// @param id its id
/// @param request what was asked
/// @param state where it stands
/// @param createdAt when it was accepted
/// @param startedAt when its first run began, empty before
/// @param finishedAt when it ended, empty while open
/// @param attempts runs begun so far that count (a run handed back at shutdown does not)
/// @param fence the fencing number of the newest lease, 0 before the first
/// @param worker who holds the lease, empty unless active
/// @param cancelRequested whether somebody asked for its end
/// @param progress JSON of the newest heartbeat, `{}` before the first
/// @param resumeMark what the handler wrote to go on from after a lost run, empty if nothing
/// @param result JSON that the handler ended with, `{}` before
/// @param reason the newest failure or wait in words, empty if none
public record Job(
        JobId id,
        JobRequest request,
        JobState state,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        int attempts,
        long fence,
        Optional<String> worker,
        boolean cancelRequested,
        String progress,
        Optional<String> resumeMark,
        String result,
        String reason) {}
