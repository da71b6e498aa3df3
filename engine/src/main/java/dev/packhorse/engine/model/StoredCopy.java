package dev.packhorse.engine.model;

import java.time.Instant;
import java.util.Optional;

/// A restore point where it lies, with what is known of its bytes.
///
/// @param point the restore point
/// @param proof the last verification, empty if there was none since it was stored
public record StoredCopy(RestorePoint point, Optional<Proof> proof) {
    /// Whether nothing speaks against restoring from it.
    public boolean isSound() {
        return proof.map(each -> each.verdict() == Verdict.GOOD).orElse(true);
    }

    /// When its bytes were last known to be those that were stored: at the last good verification,
    /// else when it was stored.
    public Instant provenAt() {
        return proof.filter(each -> each.verdict() == Verdict.GOOD)
                .map(Proof::at)
                .orElse(point.packedAt());
    }
}
