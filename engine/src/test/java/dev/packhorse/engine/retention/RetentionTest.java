package dev.packhorse.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-12-31");

    private static List<String> told(Holding holding, RetentionRules rules) {
        return Retention.decide(holding, rules, TODAY).stream()
                .map(each ->
                        "%s %s %s: %s"
                                .formatted(
                                        each.keep() ? "keep" : "remove",
                                        each.point().tier().word(),
                                        each.point().date(),
                                        String.join(", ", each.reasons())))
                .toList();
    }

    private static Holding with(List<RestorePoint> points, Map<Tier, LocalDate> newestRuns) {
        return new Holding(Points.ALICE, points, true, newestRuns, List.of(), Map.of(), false);
    }

    private static RetentionRules calendar(int daily, int weekly, int monthly, int yearly) {
        return new RetentionRules(
                Points.tiers(1, 0, 0, true),
                new CalendarRule(daily, weekly, monthly, yearly),
                Optional.empty(),
                0);
    }

    /// The place told of locks; those of the rules, from the day of arrival on, are shorter or
    /// longer.
    @Test
    void whatThePlaceLockedStaysUntilTheEndOfTheDay() {
        List<RestorePoint> points =
                Stream.of(
                                "2026-11-24.0200",
                                "2026-11-23.0200",
                                "2026-11-22.0200",
                                "2026-11-21.0200")
                        .map(slot -> Points.point(Tier.DAILY, SlotName.parse(slot)))
                        .toList();
        LocalDate today = LocalDate.parse("2026-11-24");
        Map<ObjectKey, Instant> locks =
                Map.of(
                        points.get(1).archive(), Instant.parse("2026-11-24T00:00:01Z"),
                        points.get(2).archive(), Instant.parse("2026-11-23T23:59:59Z"),
                        points.get(3).archive(), Instant.parse("2027-02-01T12:00:00Z"));
        Holding holding =
                new Holding(
                        Points.ALICE, points, true, Map.of(), List.of(), Map.of(), locks, false);
        assertThat(Retention.decide(holding, Points.counts(1, 0, 0, true), today))
                .extracting(Decision::keep, Decision::reasons)
                .containsExactly(
                        tuple(true, List.of("daily 1 of 1")),
                        tuple(true, List.of("locked until 2026-11-24")),
                        tuple(false, List.of("beyond 1 daily")),
                        tuple(true, List.of("locked until 2027-02-01")));
        RetentionRules alsoRuled =
                new RetentionRules(
                        Points.tiers(1, 0, 0, true), CalendarRule.NONE, Optional.empty(), 30);
        assertThat(Retention.decide(holding, alsoRuled, today))
                .extracting(decision -> decision.reasons().getLast())
                .containsExactly(
                        "locked until 2026-12-24",
                        "locked until 2026-12-23",
                        "locked until 2026-12-22",
                        "locked until 2027-02-01");
    }

    @Test
    void datesAreCountedAndEveryRunOfThemStaysAsFarAsWanted() {
        List<RestorePoint> points = new ArrayList<>();
        for (String slot :
                List.of(
                        "2026-11-24.1400",
                        "2026-11-24.0200",
                        "2026-11-23.1400",
                        "2026-11-23.0200",
                        "2026-11-22.0200")) {
            points.add(Points.point(Tier.DAILY, SlotName.parse(slot)));
        }
        LocalDate today = LocalDate.parse("2026-11-24");
        RetentionRules all = Points.counts(2, 0, 0, true);
        assertThat(slotsKept(points, all, today))
                .containsExactly(
                        "2026-11-24.1400", "2026-11-24.0200", "2026-11-23.1400", "2026-11-23.0200");
        RetentionRules thinned =
                new RetentionRules(
                        all.tiers(), CalendarRule.NONE, Optional.empty(), 0, Optional.of(1));
        assertThat(slotsKept(points, thinned, today))
                .containsExactly("2026-11-24.1400", "2026-11-24.0200", "2026-11-23.1400");
        assertThat(Retention.decide(Points.holding(points), thinned, today))
                .extracting(each -> String.join(", ", each.reasons()))
                .containsExactly(
                        "daily 1 of 2",
                        "daily 1 of 2",
                        "daily 2 of 2",
                        "not the newest of its date, within 2 daily",
                        "beyond 2 daily");
    }

    private static List<String> slotsKept(
            List<RestorePoint> points, RetentionRules rules, LocalDate today) {
        return Retention.decide(Points.holding(points), rules, today).stream()
                .filter(Decision::keep)
                .map(each -> each.point().slot().toString())
                .toList();
    }

    @Test
    void theNewestDatesOfEachCalendarStay() {
        List<RestorePoint> points = new ArrayList<>(Points.days("2026-12-31", 4));
        points.add(Points.point(Tier.WEEKLY, LocalDate.parse("2026-12-27")));
        points.add(Points.point(Tier.WEEKLY, LocalDate.parse("2026-12-20")));
        points.add(Points.point(Tier.MONTHLY, LocalDate.parse("2026-12-01")));
        assertThat(told(Points.holding(points), Points.counts(2, 1, 1, false)))
                .containsExactly(
                        "keep daily 2026-12-31: daily 1 of 2",
                        "keep daily 2026-12-30: daily 2 of 2",
                        "remove daily 2026-12-29: beyond 2 daily",
                        "remove daily 2026-12-28: beyond 2 daily",
                        "keep weekly 2026-12-27: weekly 1 of 1",
                        "remove weekly 2026-12-20: beyond 1 weekly",
                        "keep monthly 2026-12-01: monthly 1 of 1");
    }

    @Test
    void datesThatHaveNoPointDoNotCount() {
        List<RestorePoint> points =
                List.of(
                        Points.daily("2026-12-31"),
                        Points.daily("2026-10-02"),
                        Points.daily("2025-01-01"));
        assertThat(told(Points.holding(points), Points.counts(2, 0, 0, true)))
                .containsExactly(
                        "keep daily 2026-12-31: daily 1 of 2",
                        "keep daily 2026-10-02: daily 2 of 2",
                        "remove daily 2025-01-01: beyond 2 daily");
    }

    @Test
    void aCalendarWaitsForAGoodRunUnlessItIsForced() {
        Map<Tier, LocalDate> ran = Map.of(Tier.DAILY, LocalDate.parse("2026-12-31"));
        Holding failedLastNight = with(Points.days("2026-12-30", 3), ran);
        assertThat(told(failedLastNight, Points.counts(1, 1, 1, false)))
                .containsExactly(
                        "keep daily 2026-12-30: daily 1 of 1",
                        "keep daily 2026-12-29: daily waits for a good run: none of 2026-12-31",
                        "keep daily 2026-12-28: daily waits for a good run: none of 2026-12-31");
        assertThat(told(failedLastNight, Points.counts(1, 1, 1, true)))
                .contains("remove daily 2026-12-29: beyond 1 daily");
        assertThat(told(with(Points.days("2026-12-31", 2), ran), Points.counts(1, 1, 1, false)))
                .contains("remove daily 2026-12-30: beyond 1 daily");
    }

    @Test
    void anotherCalendarsFailureHoldsNothingBack() {
        Holding holding =
                with(
                        Points.days("2026-12-31", 2),
                        Map.of(
                                Tier.DAILY,
                                LocalDate.parse("2026-12-31"),
                                Tier.WEEKLY,
                                LocalDate.parse("2026-12-31")));
        assertThat(told(holding, Points.counts(1, 1, 1, false)))
                .contains("remove daily 2026-12-30: beyond 1 daily");
    }

    @Test
    void theLastGoodCopyStaysUnlessItsAccountIsNamed() {
        List<RestorePoint> points = Points.days("2026-12-20", 2);
        RetentionRules nothing = Points.counts(0, 0, 0, true);
        assertThat(told(Points.holding(points), nothing))
                .containsExactly(
                        "keep daily 2026-12-20: last good copy",
                        "remove daily 2026-12-19: beyond 0 daily");
        Holding forced =
                new Holding(Points.ALICE, points, true, Map.of(), List.of(), Map.of(), true);
        assertThat(told(forced, nothing))
                .containsExactly(
                        "remove daily 2026-12-20: beyond 0 daily",
                        "remove daily 2026-12-19: beyond 0 daily");
    }

    @Test
    void generationsAreTheNewestOfTheirDayWeekMonthAndYear() {
        List<RestorePoint> points = Points.days("2026-12-31", 800);
        assertThat(
                        Retention.decide(Points.holding(points), calendar(2, 2, 3, 3), TODAY)
                                .stream()
                                .filter(Decision::keep)
                                .map(each ->
                                        each.point().date()
                                                + " "
                                                + String.join(", ", each.reasons())))
                .containsExactly(
                        "2026-12-31 daily 1 of 1, daily of 2026-12-31 (calendar, 1 of 2), weekly of 2026-W53 (calendar, 1 of 2), monthly of 2026-12 (calendar, 1 of 3), yearly of 2026 (calendar, 1 of 3)",
                        "2026-12-30 daily of 2026-12-30 (calendar, 2 of 2)",
                        "2026-12-27 weekly of 2026-W52 (calendar, 2 of 2)",
                        "2026-11-30 monthly of 2026-11 (calendar, 2 of 3)",
                        "2026-10-31 monthly of 2026-10 (calendar, 3 of 3)",
                        "2025-12-31 yearly of 2025 (calendar, 2 of 3)",
                        "2024-12-31 yearly of 2024 (calendar, 3 of 3)");
    }

    @Test
    void theWeekThatBeginsInTheOldYearIsOneWeek() {
        List<RestorePoint> points = List.of(Points.daily("2026-01-02"), Points.daily("2025-12-29"));
        assertThat(Retention.decide(Points.holding(points), calendar(0, 5, 0, 0), TODAY))
                .last()
                .satisfies(each -> assertThat(each.keep()).isFalse());
    }

    @Test
    void pinsKeepTheirDateUntilTheirLastDay() {
        List<RestorePoint> points = Points.days("2026-12-31", 5);
        LocalDate date = LocalDate.parse("2026-12-28");
        List<Pin> pins =
                List.of(
                        new Pin(Points.ALICE, date, Optional.empty(), Optional.empty()),
                        new Pin(
                                Points.ALICE,
                                date.minusDays(1),
                                Optional.of(DestinationId.LOCAL),
                                Optional.of(TODAY)),
                        new Pin(
                                Points.ALICE,
                                date.plusDays(1),
                                Optional.empty(),
                                Optional.of(TODAY.minusDays(1))),
                        new Pin(
                                Points.ALICE,
                                date.plusDays(2),
                                Optional.of(DestinationId.random()),
                                Optional.empty()));
        Holding holding = new Holding(Points.ALICE, points, true, Map.of(), pins, Map.of(), false);
        assertThat(told(holding, Points.counts(1, 0, 0, true)))
                .containsExactly(
                        "keep daily 2026-12-31: daily 1 of 1",
                        "remove daily 2026-12-30: beyond 1 daily",
                        "remove daily 2026-12-29: beyond 1 daily",
                        "keep daily 2026-12-28: pinned",
                        "keep daily 2026-12-27: pinned until 2026-12-31");
    }

    @Test
    void aLockedObjectStays() {
        RetentionRules rules =
                new RetentionRules(
                        Points.tiers(1, 0, 0, true), CalendarRule.NONE, Optional.empty(), 3);
        assertThat(told(Points.holding(Points.days("2026-12-31", 6)), rules))
                .contains(
                        "keep daily 2026-12-28: locked until 2026-12-31",
                        "remove daily 2026-12-27: beyond 1 daily");
    }

    @Test
    void whatAJobWaitsForStays() {
        List<RestorePoint> points = Points.days("2026-12-31", 2);
        Holding holding =
                new Holding(
                        Points.ALICE,
                        points,
                        true,
                        Map.of(),
                        List.of(),
                        Map.of(points.getLast().archive(), "a restore waits for it"),
                        false);
        assertThat(told(holding, Points.counts(1, 0, 0, true)))
                .last()
                .isEqualTo("keep daily 2026-12-30: a restore waits for it");
    }

    @Test
    void anAccountThatIsGoneKeepsEverythingOrAsLongAsItsPeriodLasts() {
        List<RestorePoint> points = Points.days("2026-12-21", 3);
        Holding gone =
                new Holding(Points.ALICE, points, false, Map.of(), List.of(), Map.of(), false);
        assertThat(told(gone, Points.counts(1, 0, 0, true)))
                .containsExactly(
                        "keep daily 2026-12-21: account is no longer here",
                        "keep daily 2026-12-20: account is no longer here",
                        "keep daily 2026-12-19: account is no longer here");
        assertThat(told(gone, orphans(10)))
                .allSatisfy(each ->
                        assertThat(each)
                                .endsWith("account is no longer here, kept until 2026-12-31"));
        assertThat(told(gone, orphans(9)))
                .containsExactly(
                        "keep daily 2026-12-21: last good copy",
                        "remove daily 2026-12-20: account is no longer here, and its 9 days are over",
                        "remove daily 2026-12-19: account is no longer here, and its 9 days are over");
    }

    private static RetentionRules orphans(int days) {
        return new RetentionRules(
                Points.tiers(1, 0, 0, true), CalendarRule.NONE, Optional.of(days), 0);
    }

    @Test
    void pointsThatAreDatedAheadStayAndPushNothingOut() {
        List<RestorePoint> points = new ArrayList<>(Points.days("2026-12-31", 3));
        points.addAll(Points.days("2028-02-04", 2));
        assertThat(told(Points.holding(points), Points.counts(2, 0, 0, true)))
                .containsExactly(
                        "keep daily 2028-02-04: dated after today",
                        "keep daily 2028-02-03: dated after today",
                        "keep daily 2026-12-31: daily 1 of 2",
                        "keep daily 2026-12-30: daily 2 of 2",
                        "remove daily 2026-12-29: beyond 2 daily");
    }
}
