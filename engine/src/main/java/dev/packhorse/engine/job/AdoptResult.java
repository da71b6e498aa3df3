package dev.packhorse.engine.job;

import java.util.List;

/// How far an ADOPT job has come, and what it ends with.
///
/// @param found archives and trees that lie at the destination
/// @param adopted restore points that are new in the catalog
/// @param proven those whose manifest this server's key has sealed
/// @param unproven those of another key, or of this server before its key was lost: they are
///   restored restricted unless root vouches for them
/// @param leftOut what has no manifest that fits, or is no tree, which the catalog cannot take up,
///   with the reasons; the first [#MAX_NAMED] of them
/// @param leftOutCount how many there are of those
public record AdoptResult(
        long found,
        long adopted,
        long proven,
        long unproven,
        List<String> leftOut,
        long leftOutCount) {
    /// More are counted, but not named.
    static final int MAX_NAMED = 20;

    public AdoptResult {
        leftOut = List.copyOf(leftOut);
    }
}
