package dev.packhorse.engine.retention;

import java.util.Optional;

/// Stops a plan that removes far more than a night explains. Where nothing changed, a prune removes
/// at most as many points as came since the last one; beyond that it may remove a share of the
/// destination's points, or ten of them where the share is less.
public final class MassBrake {
    private static final int ALWAYS = 10;

    private MassBrake() {}

    /// Why a plan is not carried out, empty if it may be.
    ///
    /// @param removed how many points it removes
    /// @param total how many points the destination has
    /// @param before how many it had after the last prune, empty if there was none
    /// @param percent the share, 100 for no brake
    public static Optional<String> check(
            int removed, int total, Optional<Integer> before, int percent) {
        int came = Math.max(0, total - before.orElse(total));
        int most = came + Math.max(ALWAYS, Math.toIntExact((long) total * percent / 100));
        return percent == 100 || removed <= most
                ? Optional.empty()
                : Optional.of(
                        "%d of %d points would go, but only %d came since the last prune: look at packhorse prune --plan, then confirm with packhorse prune --confirm"
                                .formatted(removed, total, came));
    }
}
