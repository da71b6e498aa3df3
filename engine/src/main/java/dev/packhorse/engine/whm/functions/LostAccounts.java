package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/// The accounts of a lost server, as the points at one destination tell of them. Backups of
/// accounts that were removed long ago lie there, too: an account that runs since its newest point
/// have left out is taken for one of these.
///
/// To take a living account for a removed one is the worse mistake: its backups may have failed for
/// some nights, and it may have another plan by now. So only the calendars of its newest point
/// count, all of them, several runs of each must have left it out, and it must be some days that it
/// has no backup.
///
/// A run that was cut off, or a backup of some accounts by hand, shows of none that it is gone. So
/// a date counts as one on which all accounts had their turn only if it has nearly as many points
/// as the fullest of all dates of its calendar.
///
/// Of a calendar that keeps few dates, as the monthly one with the shipped numbers, there never are
/// several such runs. If all that it has are newer than the point, what it kept of the others on
/// the point's date is pruned already; then it says no more than that, and another calendar of the
/// point decides.
final class LostAccounts {
    private static final int RUNS = 3;
    private static final int DAYS = 7;
    private static final int SHARE_OF_TEN = 9;

    private final SortedMap<AccountName, RestorePoint> newest =
            new TreeMap<>(Comparator.comparing(AccountName::value));

    /// Those that the newest point of an account is of: one run may be of several.
    private final Map<AccountName, Set<Tier>> calendars = new TreeMap<>();

    private final Map<Tier, List<LocalDate>> wholeRuns = new EnumMap<>(Tier.class);

    LostAccounts(Collection<RestorePoint> points) {
        // Of one date the point that was packed last.
        BinaryOperator<RestorePoint> newer =
                BinaryOperator.maxBy(
                        Comparator.comparing(RestorePoint::date)
                                .thenComparing(RestorePoint::packedAt));
        Map<Tier, SortedMap<LocalDate, Set<AccountName>>> runs = new EnumMap<>(Tier.class);
        for (RestorePoint point : points) {
            newest.merge(point.account(), point, newer);
            runs.computeIfAbsent(point.tier(), _ -> new TreeMap<>())
                    .computeIfAbsent(point.date(), _ -> new HashSet<>())
                    .add(point.account());
        }
        newest.values()
                .forEach(point -> calendars.put(point.account(), EnumSet.noneOf(Tier.class)));
        runs.forEach((tier, dates) -> {
            wholeRuns.put(tier, lastWhole(dates));
            newest.values().stream()
                    .filter(point ->
                            dates.getOrDefault(point.date(), Set.of()).contains(point.account()))
                    .forEach(point -> calendarsOf(point).add(tier));
        });
    }

    /// @param dates the accounts of each, the oldest date first
    private static List<LocalDate> lastWhole(SortedMap<LocalDate, Set<AccountName>> dates) {
        int most = dates.values().stream().mapToInt(Set::size).max().orElse(0);
        List<LocalDate> whole =
                dates.entrySet().stream()
                        .filter(each -> each.getValue().size() * 10 >= most * SHARE_OF_TEN)
                        .map(Map.Entry::getKey)
                        .toList();
        return whole.subList(Math.max(0, whole.size() - RUNS), whole.size());
    }

    /// The newest point of each account.
    SortedMap<AccountName, RestorePoint> newest() {
        return newest;
    }

    /// The newest point of each account, in the order in which they may come back. What had an
    /// account's name or domains after it has newer points than it: so the newest are first, and
    /// one that was removed lately, which nothing tells from a living one yet, takes nothing from
    /// the living.
    List<RestorePoint> newestFirst() {
        return newest.values().stream()
                .sorted(Comparator.comparing(RestorePoint::slot).reversed())
                .toList();
    }

    /// Whether a newer whole run of a calendar of an account's newest point left the account out:
    /// then it may be gone, and comes back when those that are not have their names and domains.
    boolean isBehind(RestorePoint point) {
        return calendarsOf(point).stream()
                .map(this::wholeRuns)
                .anyMatch(runs -> !runs.isEmpty() && runs.getLast().isAfter(point.date()));
    }

    /// Why an account is taken for one that was gone before the server was lost, empty if it is
    /// not.
    Optional<String> gone(RestorePoint point) {
        Set<Tier> its = calendarsOf(point);
        return its.stream().allMatch(tier -> leaveOut(wholeRuns(tier), point.date()))
                ? its.stream()
                        .filter(tier -> wholeRuns(tier).size() == RUNS)
                        .min(Comparator.naturalOrder())
                        .map(tier -> reason(point, tier))
                : Optional.empty();
    }

    private static boolean leaveOut(List<LocalDate> runs, LocalDate date) {
        return !runs.isEmpty()
                && runs.getFirst().isAfter(date)
                && !runs.getLast().minusDays(DAYS).isBefore(date);
    }

    private String reason(RestorePoint point, Tier tier) {
        return "its newest backup is of %s, and the %s runs of %s left it out"
                .formatted(
                        point.slot(),
                        tier.word(),
                        wholeRuns(tier).stream()
                                .map(LocalDate::toString)
                                .collect(Collectors.joining(", ")));
    }

    private Set<Tier> calendarsOf(RestorePoint point) {
        return calendars.getOrDefault(point.account(), Set.of());
    }

    private List<LocalDate> wholeRuns(Tier tier) {
        return wholeRuns.getOrDefault(tier, List.of());
    }
}
