package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobId;
import java.time.Instant;
import java.util.List;

/// What became of jobs, and its end: events live as long as their job. Safe for many threads.
public interface JobHistory {
    /// The events of a job in their order, empty if it is unknown or was removed.
    List<JobEvent> events(JobId job);

    /// Removes jobs that ended before the instant, the oldest first, with their events.
    ///
    /// @param limit at most so many in one transaction
    /// @return how many were removed
    int removeEndedBefore(Instant instant, int limit);
}
