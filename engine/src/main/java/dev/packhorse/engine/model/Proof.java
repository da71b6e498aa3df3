package dev.packhorse.engine.model;

import java.time.Instant;

/// The last time that a copy of a restore point was read to its end.
///
/// @param at when
/// @param verdict what that showed
/// @param finding the first damage, as a sentence for people; empty for a good copy
public record Proof(Instant at, Verdict verdict, String finding) {
    /// A copy that was found whole.
    public static Proof good(Instant at) {
        return new Proof(at, Verdict.GOOD, "");
    }
}
