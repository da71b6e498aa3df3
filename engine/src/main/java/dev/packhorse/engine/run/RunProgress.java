package dev.packhorse.engine.run;

import dev.packhorse.engine.queue.Job;

/// How far a run under way is.
///
/// @param job the job as it was claimed
/// @param progress a JSON object
public record RunProgress(Job job, String progress) {}
