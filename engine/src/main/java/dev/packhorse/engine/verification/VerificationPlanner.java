package dev.packhorse.engine.verification;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Verdict;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Chooses the copies that are read today, the oldest proof first; of proofs of one day, the newest
/// archive of each account before older ones.
///
/// Every copy has a day on which its proof gets too old. The day's bytes are the least with which,
/// read in this order at an even pace, none of them does: for each copy, all bytes up to it divided
/// by the days that are left for it, and the largest of these. A server that was off, or a place
/// that grew, so has more to do on each of the days to come rather than all of it on the last one.
public final class VerificationPlanner {
    private VerificationPlanner() {}

    /// The plan of a day.
    ///
    /// @param copies all copies at the place that are not being deleted. Damaged ones are left out,
    ///   since reading them again costs and changes nothing; missing ones come first, since to ask
    ///   for them costs nothing and they may be there again
    /// @param today the date in UTC
    public static VerificationPlan plan(
            List<StoredCopy> copies, VerifyBudget budget, LocalDate today) {
        List<StoredCopy> ordered = ordered(copies);
        long stored = ordered.stream().mapToLong(copy -> copy.point().sizeBytes()).sum();
        long needed = needed(ordered, budget.withinDays(), today);
        long allowed = budget.mostOf(stored);
        List<StoredCopy> chosen = new ArrayList<>(missing(copies));
        long bytes = 0;
        for (StoredCopy copy : ordered) {
            long size = copy.point().sizeBytes();
            // What is larger than a day's budget has a day of its own.
            if (bytes >= needed || (bytes > 0 && size > allowed - bytes)) {
                break;
            }
            chosen.add(copy);
            bytes += size;
        }
        return new VerificationPlan(chosen, bytes, needed, allowed, ordered.size(), stored);
    }

    private static List<StoredCopy> missing(List<StoredCopy> copies) {
        return copies.stream()
                .filter(copy ->
                        copy.proof().filter(it -> it.verdict() == Verdict.MISSING).isPresent())
                .toList();
    }

    /// Sound copies in the order in which they are read.
    static List<StoredCopy> ordered(List<StoredCopy> copies) {
        Map<AccountName, LocalDate> newest = new HashMap<>();
        for (StoredCopy copy : copies) {
            RestorePoint point = copy.point();
            newest.merge(point.account(), point.date(), (a, b) -> a.isAfter(b) ? a : b);
        }
        return copies.stream()
                .filter(StoredCopy::isSound)
                .sorted(
                        Comparator.comparing(VerificationPlanner::provenOn)
                                .thenComparing(copy ->
                                        !copy.point()
                                                .date()
                                                .equals(newest.get(copy.point().account())))
                                .thenComparing(StoredCopy::provenAt)
                                .thenComparing(copy -> copy.point().archive().value()))
                .toList();
    }

    private static LocalDate provenOn(StoredCopy copy) {
        return LocalDate.ofInstant(copy.provenAt(), ZoneOffset.UTC);
    }

    private static long needed(List<StoredCopy> ordered, int withinDays, LocalDate today) {
        long before = 0;
        long most = 0;
        for (StoredCopy copy : ordered) {
            before += copy.point().sizeBytes();
            long age = today.toEpochDay() - provenOn(copy).toEpochDay();
            long left = Math.max(1, withinDays - age);
            most = Math.max(most, (before + left - 1) / left);
        }
        return most;
    }
}
