package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobKind;
import java.util.Optional;
import java.util.Set;

/// Which jobs a list shows. Empty sets mean "all".
///
/// @param owner only jobs that this owner asked for
/// @param subject only jobs about this subject
/// @param limit at most so many, 1 to 100,000
/// @param everywhere also jobs that are bound to other servers of a shared store; otherwise a queue
///   that knows its server leaves those out: they may be about another account of the same name
public record JobFilter(
        Set<JobKind> kinds,
        Set<JobState> states,
        Optional<String> owner,
        Optional<String> subject,
        int limit,
        boolean everywhere) {
    public JobFilter {
        kinds = Set.copyOf(kinds);
        states = Set.copyOf(states);
        if (limit < 1 || limit > 100_000) {
            throw new IllegalArgumentException("limit must be 1 to 100000: " + limit);
        }
    }

    /// Of this server alone.
    public JobFilter(
            Set<JobKind> kinds,
            Set<JobState> states,
            Optional<String> owner,
            Optional<String> subject,
            int limit) {
        this(kinds, states, owner, subject, limit, false);
    }

    public static JobFilter of(Set<JobKind> kinds, Set<JobState> states) {
        return new JobFilter(kinds, states, Optional.empty(), Optional.empty(), 100_000);
    }

    public JobFilter about(String newSubject) {
        return new JobFilter(kinds, states, owner, Optional.of(newSubject), limit, everywhere);
    }

    public JobFilter limit(int newLimit) {
        return new JobFilter(kinds, states, owner, subject, newLimit, everywhere);
    }

    /// The same on all servers of a shared store.
    public JobFilter ofAllServers() {
        return new JobFilter(kinds, states, owner, subject, limit, true);
    }
}
