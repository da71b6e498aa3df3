package dev.packhorse.engine.job;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.retention.Decision;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;

/// What a prune of one destination would do.
///
/// @param destination where
/// @param name its name, for people
/// @param today the date that it was decided for
/// @param decisions one a point, by account, newest first
/// @param total how many points the destination has, those of other accounts too
/// @param brakes why nothing may be removed, empty if it may
public record PrunePlan(
        DestinationId destination,
        String name,
        LocalDate today,
        List<Decision> decisions,
        int total,
        List<String> brakes) {
    public PrunePlan {
        decisions = List.copyOf(decisions);
        brakes = List.copyOf(brakes);
    }

    /// What goes, by date and then by account.
    public List<Decision> removals() {
        return decisions.stream()
                .filter(each -> !each.keep())
                .sorted(
                        Comparator.comparing((Decision each) -> each.point().slot())
                                .thenComparing(each -> each.point().tier())
                                .thenComparing(each -> each.point().account()))
                .toList();
    }

    /// All points that were decided about.
    public List<RestorePoint> points() {
        return decisions.stream().map(Decision::point).toList();
    }
}
