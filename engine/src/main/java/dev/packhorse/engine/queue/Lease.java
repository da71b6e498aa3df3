package dev.packhorse.engine.queue;

import java.time.Instant;

/// A worker's time-limited right to a job. The fencing number grows with every lease of the job, so
/// that what a worker writes after it lost its lease can be told from what its successor writes.
public record Lease(Job job, String worker, long fence, Instant until) {}
