package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobKind;
import java.util.Optional;
import java.util.Set;

/// Which jobs a list shows. Empty sets mean "all".
///
/// @param owner only jobs that this owner asked for
/// @param subject only jobs about this subject
/// @param limit at most so many, 1 to 100,000
public record JobFilter(
        Set<JobKind> kinds,
        Set<JobState> states,
        Optional<String> owner,
        Optional<String> subject,
        int limit) {
    public JobFilter {
        kinds = Set.copyOf(kinds);
        states = Set.copyOf(states);
        if (limit < 1 || limit > 100_000) {
            throw new IllegalArgumentException("limit must be 1 to 100000: " + limit);
        }
    }

    public static JobFilter of(Set<JobKind> kinds, Set<JobState> states) {
        return new JobFilter(kinds, states, Optional.empty(), Optional.empty(), 100_000);
    }

    public JobFilter about(String newSubject) {
        return new JobFilter(kinds, states, owner, Optional.of(newSubject), limit);
    }

    public JobFilter limit(int newLimit) {
        return new JobFilter(kinds, states, owner, subject, newLimit);
    }
}
