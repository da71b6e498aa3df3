package dev.packhorse.engine.verification;

import dev.packhorse.engine.model.StoredCopy;
import java.util.List;

/// What is read at one place on one day.
///
/// @param copies what to read, in this order
/// @param bytes their sizes together
/// @param neededBytes what the day would have to read so that no proof gets older than wanted
/// @param allowedBytes what the budget allows for the day
/// @param storedCopies how many sound copies the place has
/// @param storedBytes their sizes together
public record VerificationPlan(
        List<StoredCopy> copies,
        long bytes,
        long neededBytes,
        long allowedBytes,
        int storedCopies,
        long storedBytes) {
    public VerificationPlan {
        copies = List.copyOf(copies);
    }

    /// Whether the budget is too small for the days within which everything is to be read.
    public boolean isBehind() {
        return neededBytes > allowedBytes && bytes < neededBytes;
    }

    /// In how many days this budget reads everything that is stored once.
    public long daysForAll() {
        long perDay = Math.max(1, Math.min(neededBytes, allowedBytes));
        return (storedBytes + perDay - 1) / perDay;
    }
}
