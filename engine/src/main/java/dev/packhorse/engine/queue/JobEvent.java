package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobId;
import java.time.Instant;
import java.util.Optional;

/// One move of a job, written in the transaction that made it.
///
/// @param from the state before, empty for the first event of a job
/// @param to the state after; the same as before for a cancel request to an active job
/// @param by who made it: a worker's name, or who called
/// @param reason why, in words; empty if the states say it all
public record JobEvent(
        JobId job, Optional<JobState> from, JobState to, Instant at, String by, String reason) {}
