package dev.packhorse.engine.health;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.catalog.Drills;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// How old the proofs are that what is stored is whole, and that it can be restored. Safe for many
/// threads.
///
/// @param catalog the copies
/// @param drills the restores that were tried
/// @param accounts the accounts of this server
/// @param ours which copies are this server's to verify
/// @param daily at which places copies are verified by the day
/// @param withinDays no proof of such a place is to get older
/// @param drillDays nor the proof that an account can be restored; 0 if that is not asked for
public record Proofs(
        Catalog catalog,
        Drills drills,
        AccountDirectory accounts,
        Predicate<RestorePoint> ours,
        Predicate<DestinationId> daily,
        int withinDays,
        int drillDays) {
    /// One place.
    ///
    /// @param oldest the oldest proof of a sound copy, empty if there is none
    /// @param unsound copies that were found damaged or missing
    public record PlaceProof(Optional<Instant> oldest, List<StoredCopy> unsound) {
        public PlaceProof {
            unsound = List.copyOf(unsound);
        }

        /// How many were found so.
        public long count(Verdict verdict) {
            return unsound.stream()
                    .filter(copy -> copy.proof().filter(it -> it.verdict() == verdict).isPresent())
                    .count();
        }
    }

    /// All places that have copies, by their ids.
    public SortedMap<String, PlaceProof> places() {
        Map<String, Instant> oldest = new HashMap<>();
        Map<String, List<StoredCopy>> unsound = new TreeMap<>();
        catalog.forEachCopy(copy -> {
            if (ours.test(copy.point())) {
                String place = copy.point().destination().value();
                List<StoredCopy> bad = unsound.computeIfAbsent(place, _ -> new ArrayList<>());
                if (copy.isSound()) {
                    oldest.merge(place, copy.provenAt(), (a, b) -> a.isBefore(b) ? a : b);
                } else {
                    bad.add(copy);
                }
            }
        });
        SortedMap<String, PlaceProof> places = new TreeMap<>();
        unsound.forEach((place, bad) ->
                places.put(place, new PlaceProof(Optional.ofNullable(oldest.get(place)), bad)));
        return places;
    }

    /// Whether copies at a place are verified by the day.
    boolean isDaily(String place) {
        return daily.test(new DestinationId(place));
    }

    /// An account, and what drills of it have shown; empty for one that was never tried.
    public record DrillAge(AccountName account, Optional<DrillRecord> last) {
        /// When a restore last gave back what was packed.
        public Optional<Instant> provenAt() {
            return last.flatMap(DrillRecord::provenAt);
        }
    }

    /// All accounts of this server that have a backup, by name.
    ///
    /// @throws IOException if the accounts cannot be read
    public List<DrillAge> drillAges() throws IOException {
        Map<AccountName, DrillRecord> before = new HashMap<>();
        drills.all().forEach(drill -> before.put(drill.account(), drill));
        List<DrillAge> ages = new ArrayList<>();
        for (AccountName account : accounts.names()) {
            if (!catalog.ofAccount(account).isEmpty()) {
                ages.add(new DrillAge(account, Optional.ofNullable(before.get(account))));
            }
        }
        return ages;
    }
}
