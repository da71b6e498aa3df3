package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobKind;

/// Does the work of one kind of job. One instance serves all runs; safe for many threads. Handlers
/// are idempotent: a job whose worker died runs again, with the resume mark of the lost run.
public interface JobHandler {
    JobKind kind();

    /// Whether scheduled jobs may be given to it now; asked before each claim, so it answers at
    /// once. More urgent ones always may.
    default boolean takesScheduled() {
        return true;
    }

    /// Runs the job to its end.
    ///
    /// @return how it ended, and what becomes true with it
    /// @throws Exception anything: the worker loop turns it into a retry or a failure, with its
    ///   message
    Ended run(JobContext context) throws Exception;

    /// An outcome with what follows from it.
    record Ended(JobOutcome outcome, FollowUp followUp) {
        public static Ended with(JobOutcome outcome) {
            return new Ended(outcome, FollowUp.NONE);
        }
    }
}
