package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobId;

/// Told by a queue, after the commit and on the caller's thread, about changes made through it.
/// Only a hint that saves waiting: changes made by other processes are not told. Must neither block
/// nor throw.
public interface WorkListener {
    /// There may be a job to claim that was not there before.
    void workMayBeThere();

    /// Somebody asked for the end of an active job.
    void cancelRequested(JobId job);

    /// A job has made a move, which is on stable storage. Each move of a job is told before any
    /// later one of the same job can begin.
    default void moved(JobEvent move) {}

    /// Tells two listeners, in this order.
    static WorkListener both(WorkListener one, WorkListener other) {
        return new WorkListener() {
            @Override
            public void workMayBeThere() {
                one.workMayBeThere();
                other.workMayBeThere();
            }

            @Override
            public void cancelRequested(JobId job) {
                one.cancelRequested(job);
                other.cancelRequested(job);
            }

            @Override
            public void moved(JobEvent move) {
                one.moved(move);
                other.moved(move);
            }
        };
    }

    /// A listener that ignores everything.
    static WorkListener none() {
        return new WorkListener() {
            @Override
            public void workMayBeThere() {}

            @Override
            public void cancelRequested(JobId job) {}
        };
    }
}
