package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/// The accounts of a lost server, as the points at one destination tell of them. Backups of
/// accounts that were removed long ago lie there, too: an account that the runs since its newest
/// point have left out is taken for one of these.
///
/// A run that was cut off, or a backup of some accounts by hand, shows of none that it is gone. So
/// a date counts as one on which all accounts had their turn only if it has nearly as many points
/// as those before it; the dates after it are looked at together with it.
final class LostAccounts {
    private static final int COMPARED_WITH = 3;
    private static final int SHARE_OF_TEN = 9;

    private final SortedMap<AccountName, RestorePoint> newest =
            new TreeMap<>(Comparator.comparing(AccountName::value));
    private final Map<AccountName, Set<Tier>> calendars = new TreeMap<>();
    private final Map<Tier, LocalDate> wholeRuns = new EnumMap<>(Tier.class);

    LostAccounts(Collection<RestorePoint> points) {
        // Of one date the point that was packed last.
        BinaryOperator<RestorePoint> newer =
                BinaryOperator.maxBy(
                        Comparator.comparing(RestorePoint::date)
                                .thenComparing(RestorePoint::packedAt));
        Map<Tier, SortedMap<LocalDate, Set<AccountName>>> runs = new EnumMap<>(Tier.class);
        for (RestorePoint point : points) {
            newest.merge(point.account(), point, newer);
            calendars.computeIfAbsent(point.account(), _ -> new HashSet<>()).add(point.tier());
            runs.computeIfAbsent(point.tier(), _ -> new TreeMap<>(Comparator.reverseOrder()))
                    .computeIfAbsent(point.date(), _ -> new HashSet<>())
                    .add(point.account());
        }
        runs.forEach((tier, dates) -> wholeRuns.put(tier, newestWhole(dates)));
    }

    /// @param dates the accounts of each, the newest date first
    private static LocalDate newestWhole(SortedMap<LocalDate, Set<AccountName>> dates) {
        List<LocalDate> all = List.copyOf(dates.keySet());
        List<Integer> sizes = dates.values().stream().map(Set::size).toList();
        int at = 0;
        while (at < all.size() - 1) {
            int most =
                    sizes.subList(at + 1, Math.min(at + 1 + COMPARED_WITH, sizes.size())).stream()
                            .max(Comparator.naturalOrder())
                            .orElse(0);
            if (sizes.get(at) * 10 >= most * SHARE_OF_TEN) {
                break;
            }
            at++;
        }
        return all.get(at);
    }

    /// The newest point of each account.
    SortedMap<AccountName, RestorePoint> newest() {
        return newest;
    }

    /// Why an account is taken for one that was gone before the server was lost, empty if it is
    /// not.
    Optional<String> gone(RestorePoint point) {
        return calendars.getOrDefault(point.account(), Set.of()).stream()
                .filter(tier -> point.date().isBefore(wholeRun(tier)))
                .min(Comparator.naturalOrder())
                .map(tier ->
                        "its newest backup is of %s, and the %s run of %s left it out"
                                .formatted(point.slot(), tier.word(), wholeRun(tier)));
    }

    private LocalDate wholeRun(Tier tier) {
        return wholeRuns.getOrDefault(tier, LocalDate.MIN);
    }
}
