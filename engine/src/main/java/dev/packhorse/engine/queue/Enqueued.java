package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobId;

/// The answer to an enqueue.
///
/// @param id the job
/// @param added false if an open job with the same unique key was there and nothing was added
public record Enqueued(JobId id, boolean added) {}
