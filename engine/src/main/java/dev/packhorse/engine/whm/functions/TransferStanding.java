package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.session.TransferTerms;
import dev.packhorse.engine.session.TransferTerms.Phase;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a transfer session of several items stands: what was asked of it, and the jobs that are its
/// items. Items that were removed from the queue count by the worst of them: clearing a list must
/// not turn a failure into a success, nor open a session again that has ended.
///
/// @param terms what was asked of it
/// @param items its jobs by their states
/// @param removed the worst end of its jobs that are no longer in the queue
record TransferStanding(
        TransferTerms terms, Map<JobState, Set<JobId>> items, Optional<JobState> removed) {
    TransferStanding {
        items = new EnumMap<>(items);
    }

    /// The items in these states.
    Set<JobId> in(JobState... states) {
        return Arrays.stream(states)
                .flatMap(state -> items.getOrDefault(state, Set.of()).stream())
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    int size() {
        return items.values().stream().mapToInt(Set::size).sum();
    }

    boolean isOpen() {
        return !in(JobState.HELD, JobState.PENDING, JobState.ACTIVE).isEmpty();
    }

    /// Whether nothing of it will be done any more.
    boolean isOver() {
        return !isOpen() && (terms.phase() == Phase.ABORTED || size() > 0 || removed.isPresent());
    }

    /// The name of its state.
    ///
    /// Source: whmapi1-protocol 11.1.
    String name() {
        if (!in(JobState.ACTIVE).isEmpty()) {
            return "RESTORE_INPROGRESS";
        }
        if (isOpen()) {
            return switch (terms.phase()) {
                case OPEN -> "PENDING";
                case STARTED -> hasBegun() ? "RESTORE_INPROGRESS" : "RESTORE_PENDING";
                case PAUSED -> "PAUSED";
                case ABORTED -> "ABORTED";
            };
        }
        if (terms.phase() == Phase.ABORTED) {
            return "ABORTED";
        }
        return isOver() ? end() : "PENDING";
    }

    /// One item that failed makes the whole a failure: nobody should have to look for it.
    private String end() {
        if (hasEnded(JobState.FAILED)) {
            return "FAILED";
        }
        return hasEnded(JobState.CANCELLED) ? "ABORTED" : "COMPLETED";
    }

    private boolean hasEnded(JobState state) {
        return !in(state).isEmpty() || removed.filter(state::equals).isPresent();
    }

    private boolean hasBegun() {
        return removed.isPresent()
                || !in(JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED)
                        .isEmpty();
    }

    /// The state of a job that would stand for all of them.
    JobState asOne() {
        return switch (name()) {
            case "PENDING", "PAUSED" -> JobState.HELD;
            case "RESTORE_PENDING" -> JobState.PENDING;
            case "COMPLETED" -> hasEnded(JobState.PARTIAL) ? JobState.PARTIAL : JobState.SUCCEEDED;
            case "FAILED" -> JobState.FAILED;
            case "ABORTED" -> isOpen() ? JobState.ACTIVE : JobState.CANCELLED;
            default -> JobState.ACTIVE;
        };
    }
}
