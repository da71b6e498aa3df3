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
        EnumMap<Tier, TierRule> tiers = new EnumMap<>(counts);
        tiers.replaceAll((tier, rule) ->
                new TierRule(
                        number(id, name, PlaceNumber.valueOf(tier.name()), rule.count()),
                        rule.afterFailures()));
        return new RetentionRules(
                tiers,
                new CalendarRule(
                        number(id, name, PlaceNumber.CALENDAR_DAILY, calendar.daily()),
                        number(id, name, PlaceNumber.CALENDAR_WEEKLY, calendar.weekly()),
                        number(id, name, PlaceNumber.CALENDAR_MONTHLY, calendar.monthly()),
                        number(id, name, PlaceNumber.CALENDAR_YEARLY, calendar.yearly())),
                places.find(id.value(), name, PlaceNumber.ORPHAN_DAYS).or(() -> orphanDays),
                number(id, name, PlaceNumber.LOCK_DAYS, 0),
                places.find(id.value(), name, PlaceNumber.EVERY_RUN).or(() -> everyRunDates));
    }

    private int number(DestinationId id, String name, PlaceNumber key, int usual) {
        return places.find(id.value(), name, key).orElse(usual);
    }
}
