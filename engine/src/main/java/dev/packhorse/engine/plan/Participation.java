package dev.packhorse.engine.plan;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which scheduled archives of an account are meant to lie at one place.
///
/// @param plan the account's plan, empty for none
/// @param sent whether any are
public record Participation(Optional<Plan> plan, boolean sent) {
    /// An account without a plan.
    public static final Participation WHOLE = new Participation(Optional.empty(), true);

    /// By the account's plan. The backup directory has all.
    ///
    /// @param name the name of the place
    public static Participation of(Optional<Plan> plan, DestinationId place, String name) {
        return new Participation(
                plan,
                place.isLocal()
                        || plan.map(each -> each.destinations().takes(place, name)).orElse(true));
    }

    /// What a run brings here.
    ///
    /// @param due what the run makes
    public List<Tier> tiersOf(SlotName slot, List<Tier> due) {
        if (!sent) {
            return List.of();
        }
        return plan.map(each -> each.tiersOf(slot, due)).orElse(due);
    }

    /// Of the newest runs of each calendar those whose archive of the account is waited for here.
    public Map<Tier, LocalDate> awaited(Map<Tier, LocalDate> newestRuns) {
        Map<Tier, LocalDate> awaited = new EnumMap<>(Tier.class);
        newestRuns.forEach((tier, date) -> {
            if (sent && plan.map(each -> each.calendars().contains(tier)).orElse(true)) {
                awaited.put(tier, date);
            }
        });
        return awaited;
    }
}
