package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.RestorePoint;
import java.util.List;

/// What becomes of one point.
///
/// @param point which one
/// @param keep whether it stays
/// @param reasons why, in words, at least one: every rule that keeps it, or the one that lets it go
public record Decision(RestorePoint point, boolean keep, List<String> reasons) {
    public Decision {
        reasons = List.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("a decision needs a reason");
        }
    }
}
