package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Tier;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Our own settings about what stays, besides the counts of the backup configuration.
///
/// @param calendar generations by the calendar
/// @param orphanDays how long accounts that are no longer here keep everything, empty for ever
/// @param places what single destinations have for themselves
/// @param deletesPerSecond how fast points are removed at one destination
/// @param massPercent how many of a destination's points a plan may remove beyond what came since
///   the last prune; 100 for all
/// @param everyRunDates as in [RetentionRules]
public record RetentionPolicy(
        CalendarRule calendar,
        Optional<Integer> orphanDays,
        PlaceRules places,
        int deletesPerSecond,
        int massPercent,
        Optional<Integer> everyRunDates) {
    /// The settings of a server that set none.
    public static final RetentionPolicy USUAL =
            new RetentionPolicy(CalendarRule.NONE, Optional.empty(), PlaceRules.NONE, 20, 10);

    /// A policy that keeps every run of the dates that count.
    public RetentionPolicy(
            CalendarRule calendar,
            Optional<Integer> orphanDays,
            PlaceRules places,
            int deletesPerSecond,
            int massPercent) {
        this(calendar, orphanDays, places, deletesPerSecond, massPercent, Optional.empty());
    }

    public RetentionPolicy {
        if (deletesPerSecond < 1) {
            throw new IllegalArgumentException("at least one deletion a second");
        }
        if (massPercent < 0 || massPercent > 100) {
            throw new IllegalArgumentException("the mass limit must be 0 to 100 percent");
        }
    }

    /// The rules of one destination.
    ///
    /// @param counts the counts of the backup configuration, one a calendar
    /// @param name the destination's name
    public RetentionRules rules(Map<Tier, TierRule> counts, DestinationId id, String name) {
        return rules(counts, id, name, OwnNumbers.NONE);
    }

    /// The rules of one destination for accounts with numbers of their own.
    ///
    /// @param counts the counts of the backup configuration, one a calendar
    /// @param name the destination's name
    public RetentionRules rules(
            Map<Tier, TierRule> counts, DestinationId id, String name, OwnNumbers own) {
        EnumMap<Tier, TierRule> tiers = new EnumMap<>(counts);
        Numbers numbers = new Numbers(id, name, own);
        tiers.replaceAll((tier, rule) ->
                new TierRule(
                        numbers.of(PlaceNumber.valueOf(tier.name()), rule.count()),
                        rule.afterFailures()));
        return new RetentionRules(
                tiers,
                new CalendarRule(
                        numbers.of(PlaceNumber.CALENDAR_DAILY, calendar.daily()),
                        numbers.of(PlaceNumber.CALENDAR_WEEKLY, calendar.weekly()),
                        numbers.of(PlaceNumber.CALENDAR_MONTHLY, calendar.monthly()),
                        numbers.of(PlaceNumber.CALENDAR_YEARLY, calendar.yearly())),
                numbers.find(PlaceNumber.ORPHAN_DAYS).or(() -> orphanDays),
                numbers.of(PlaceNumber.LOCK_DAYS, 0),
                numbers.find(PlaceNumber.EVERY_RUN).or(() -> everyRunDates));
    }

    /// The account's own numbers come before the place's.
    private final class Numbers {
        private final DestinationId id;
        private final String name;
        private final OwnNumbers own;

        Numbers(DestinationId id, String name, OwnNumbers own) {
            this.id = id;
            this.name = name;
            this.own = own;
        }

        Optional<Integer> find(PlaceNumber key) {
            return own.find(id.value(), name, key).or(() -> places.find(id.value(), name, key));
        }

        int of(PlaceNumber key, int usual) {
            return find(key).orElse(usual);
        }
    }
}
