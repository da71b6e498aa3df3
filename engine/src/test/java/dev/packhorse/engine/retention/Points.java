package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Restore points and rules for tests.
final class Points {
    static final AccountName ALICE = new AccountName("alice");

    private Points() {}

    static RestorePoint point(Tier tier, LocalDate date) {
        return point(tier, SlotName.of(date));
    }

    static RestorePoint point(Tier tier, SlotName slot) {
        LocalDate date = slot.date();
        return new RestorePoint(
                ALICE,
                DestinationId.LOCAL,
                tier,
                date,
                new ObjectKey(tier.folder() + slot + "/accounts/alice.tar.gz"),
                1,
                "a".repeat(64),
                date.atStartOfDay(ZoneOffset.UTC).toInstant(),
                "node1");
    }

    static RestorePoint daily(String date) {
        return point(Tier.DAILY, LocalDate.parse(date));
    }

    /// Daily points of so many days that end with a date.
    static List<RestorePoint> days(String last, int count) {
        List<RestorePoint> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(point(Tier.DAILY, LocalDate.parse(last).minusDays(i)));
        }
        return points;
    }

    static RetentionRules counts(int daily, int weekly, int monthly, boolean afterFailures) {
        return new RetentionRules(
                tiers(daily, weekly, monthly, afterFailures),
                CalendarRule.NONE,
                Optional.empty(),
                0);
    }

    static Map<Tier, TierRule> tiers(int daily, int weekly, int monthly, boolean afterFailures) {
        EnumMap<Tier, TierRule> tiers = new EnumMap<>(Tier.class);
        tiers.put(Tier.DAILY, new TierRule(daily, afterFailures));
        tiers.put(Tier.WEEKLY, new TierRule(weekly, afterFailures));
        tiers.put(Tier.MONTHLY, new TierRule(monthly, afterFailures));
        return tiers;
    }

    static Holding holding(List<RestorePoint> points) {
        return new Holding(ALICE, points, true, Map.of(), List.of(), Map.of(), false);
    }
}
