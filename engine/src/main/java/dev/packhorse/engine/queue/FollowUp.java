package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.RestorePoint;
import java.util.List;

/// What becomes true in the same transaction in which a job ends: rows of the catalog and further
/// jobs.
public record FollowUp(List<RestorePoint> restorePoints, List<JobRequest> jobs) {
    public static final FollowUp NONE = new FollowUp(List.of(), List.of());

    public FollowUp {
        restorePoints = List.copyOf(restorePoints);
        jobs = List.copyOf(jobs);
    }
}
