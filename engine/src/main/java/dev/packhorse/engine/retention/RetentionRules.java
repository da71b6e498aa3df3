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
/// @param everyRunDates of how many of the newest dates of a calendar the points of every run stay;
///   of the others the newest of each date; empty for every date that counts
public record RetentionRules(
        Map<Tier, TierRule> tiers,
        CalendarRule calendar,
        Optional<Integer> orphanDays,
        int lockDays,
        Optional<Integer> everyRunDates) {
    /// Rules that keep every run of the dates that count.
    public RetentionRules(
            Map<Tier, TierRule> tiers,
            CalendarRule calendar,
            Optional<Integer> orphanDays,
            int lockDays) {
        this(tiers, calendar, orphanDays, lockDays, Optional.empty());
    }

    public RetentionRules {
        EnumMap<Tier, TierRule> all = new EnumMap<>(tiers);
        for (Tier tier : Tier.values()) {
            if (!all.containsKey(tier)) {
                throw new IllegalArgumentException("there is no rule for " + tier.word());
            }
        }
        tiers = Collections.unmodifiableMap(all);
        if (everyRunDates.filter(dates -> dates < 0).isPresent()) {
            throw new IllegalArgumentException("dates must not be negative");
        }
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

    /// Whether the points of every run of a date stay, and not its newest alone.
    ///
    /// @param nth the date's place among those that count, 1 for the newest
    boolean keepsEveryRun(int nth) {
        return everyRunDates.isEmpty() || nth <= everyRunDates.get();
    }
}
