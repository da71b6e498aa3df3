package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.Tier;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What stays at one destination. A point stays if any rule keeps it.
///
/// @param tiers the counts, one for each calendar of the backup directory
/// @param calendar generations besides the counts
/// @param orphanDays for how many days after its newest point an account that is no longer on this
///   server keeps everything; empty for ever
/// @param lockDays for how many days the destination itself refuses to delete what it took
public record RetentionRules(
        Map<Tier, TierRule> tiers,
        CalendarRule calendar,
        Optional<Integer> orphanDays,
        int lockDays) {
    public RetentionRules {
        EnumMap<Tier, TierRule> all = new EnumMap<>(tiers);
        for (Tier tier : Tier.values()) {
            if (!all.containsKey(tier)) {
                throw new IllegalArgumentException("there is no rule for " + tier.word());
            }
        }
        tiers = Collections.unmodifiableMap(all);
        if (lockDays < 0 || orphanDays.filter(days -> days < 0).isPresent()) {
            throw new IllegalArgumentException("days must not be negative");
        }
    }

    /// The rule of a calendar.
    public TierRule of(Tier tier) {
        TierRule rule = tiers.get(tier);
        if (rule == null) {
            throw new IllegalStateException("there is no rule for " + tier.word());
        }
        return rule;
    }
}
