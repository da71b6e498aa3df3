package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Tier;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What one pass through the catalog tells about one destination. One thread.
final class CatalogView {
    private final DestinationId place;
    private final LocalDate today;
    private final SortedMap<AccountName, List<RestorePoint>> byAccount = new TreeMap<>();
    private final SortedMap<AccountName, List<StoredCopy>> unsound = new TreeMap<>();
    private final Map<Tier, LocalDate> newestRuns = new EnumMap<>(Tier.class);
    private Optional<LocalDate> newest = Optional.empty();
    private int total;

    private CatalogView(DestinationId place, LocalDate today) {
        this.place = place;
        this.today = today;
    }

    /// @param ours which points are this server's
    static CatalogView of(
            Catalog catalog, Predicate<RestorePoint> ours, DestinationId place, LocalDate today) {
        CatalogView view = new CatalogView(place, today);
        catalog.forEachCopy(copy -> {
            if (ours.test(copy.point())) {
                view.add(copy);
            }
        });
        return view;
    }

    private void add(StoredCopy copy) {
        RestorePoint point = copy.point();
        if (!copy.isSound()) {
            if (point.destination().equals(place)) {
                unsound.computeIfAbsent(point.account(), _ -> new ArrayList<>()).add(copy);
                total++;
            }
            return;
        }
        if (newest.isEmpty() || point.date().isAfter(newest.get())) {
            newest = Optional.of(point.date());
        }
        if (!point.date().isAfter(today)) {
            newestRuns.merge(point.tier(), point.date(), (a, b) -> a.isAfter(b) ? a : b);
        }
        if (point.destination().equals(place)) {
            byAccount.computeIfAbsent(point.account(), _ -> new ArrayList<>()).add(point);
            total++;
        }
    }

    /// The sound points of the destination, by account.
    SortedMap<AccountName, List<RestorePoint>> byAccount() {
        return byAccount;
    }

    /// The copies at the destination that were found damaged or missing, by account.
    SortedMap<AccountName, List<StoredCopy>> unsound() {
        return unsound;
    }

    /// The newest slot date, not after today, of each calendar, whichever the destination.
    Map<Tier, LocalDate> newestRuns() {
        return newestRuns;
    }

    /// The newest slot date of all.
    Optional<LocalDate> newest() {
        return newest;
    }

    /// How many points the destination has, damaged ones too.
    int total() {
        return total;
    }
}
