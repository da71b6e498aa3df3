package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.verification.VerificationPlan;
import dev.packhorse.engine.verification.VerificationPlanner;
import dev.packhorse.engine.verification.VerifyBudget;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Makes plans of what is verified at a place, from the catalog. Asks no destination. Safe for many
/// threads.
///
/// @param catalog the copies
/// @param budget how much there is a day
/// @param ours which points are this server's to verify
/// @param clock the time
public record VerifyPlanner(
        Catalog catalog, VerifyBudget budget, Predicate<RestorePoint> ours, InstantSource clock) {
    /// What would be read today.
    public VerificationPlan plan(DestinationId place) {
        return plan(place, budget);
    }

    /// What would be read if so many bytes were left of the day's.
    VerificationPlan plan(DestinationId place, VerifyBudget left) {
        return VerificationPlanner.plan(
                copies(place), left, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    /// What somebody named, sound or not.
    List<StoredCopy> named(VerifyArguments arguments) {
        return copies(new DestinationId(arguments.destination())).stream()
                .filter(copy -> isNamed(copy.point(), arguments))
                .toList();
    }

    private static boolean isNamed(RestorePoint point, VerifyArguments arguments) {
        return (arguments.account().isEmpty()
                        || point.account().value().equals(arguments.account()))
                && (arguments.date().isEmpty()
                        || SlotName.find(arguments.date())
                                .filter(point.slot()::isMeantBy)
                                .isPresent());
    }

    /// All copies of ours at a place.
    List<StoredCopy> copies(DestinationId place) {
        List<StoredCopy> copies = new ArrayList<>();
        catalog.forEachCopy(copy -> {
            if (copy.point().destination().equals(place) && ours.test(copy.point())) {
                copies.add(copy);
            }
        });
        return copies;
    }
}
