package dev.packhorse.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.Tier;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotPlannerTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Set<DayOfWeek> EVERY_DAY = EnumSet.allOf(DayOfWeek.class);

    @ParameterizedTest
    @CsvSource({
        // 2026-11-01 is a Sunday
        "2026-11-01, WEEKLY MONTHLY",
        "2026-11-02, DAILY",
        "2026-11-03, ''",
        "2026-11-04, DAILY",
        "2026-11-15, WEEKLY MONTHLY",
        "2026-11-29, WEEKLY",
        "2026-11-30, DAILY",
    })
    void tiersOfADate(LocalDate date, String tiers) {
        ScheduleSettings settings =
                new ScheduleSettings(
                        true,
                        Set.of(DayOfWeek.MONDAY, DayOfWeek.WEDNESDAY),
                        Set.of(DayOfWeek.SUNDAY),
                        Set.of(1, 15),
                        LocalTime.of(2, 0),
                        BERLIN,
                        Duration.ofHours(12));
        assertThat(
                        SlotPlanner.tiersDue(date, settings).stream()
                                .map(Tier::name)
                                .collect(Collectors.joining(" ")))
                .isEqualTo(tiers);
    }

    @ParameterizedTest
    @CsvSource({
        "31, 2026-01-31, true",
        "31, 2026-04-30, true",
        "31, 2026-04-29, false",
        "31, 2026-02-28, true",
        "31, 2028-02-28, false",
        "31, 2028-02-29, true",
        "29, 2028-02-29, true",
        "29, 2026-02-28, true",
        "29, 2026-03-29, true",
        "29, 2026-03-28, false",
        "30, 2026-03-31, false",
        "1, 2026-03-01, true",
    })
    void monthlyDateThatAMonthLacksFallsOnItsLastDay(int day, LocalDate date, boolean due) {
        ScheduleSettings settings = monthly(Set.of(day));
        assertThat(SlotPlanner.tiersDue(date, settings).contains(Tier.MONTHLY)).isEqualTo(due);
    }

    @Test
    void severalMonthlyDatesOnOneDayAreOneTier() {
        assertThat(SlotPlanner.tiersDue(LocalDate.of(2026, 2, 28), monthly(Set.of(28, 29, 30, 31))))
                .containsExactly(Tier.MONTHLY);
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-11-24, 02:00, 2026-11-24T01:00:00Z",
        "Europe/Berlin, 2026-07-24, 02:00, 2026-07-24T00:00:00Z",
        // the clocks go from 02:00 to 03:00: every skipped time is the first instant after the gap
        "Europe/Berlin, 2026-03-29, 02:00, 2026-03-29T01:00:00Z",
        "Europe/Berlin, 2026-03-29, 02:30, 2026-03-29T01:00:00Z",
        "Europe/Berlin, 2026-03-29, 03:00, 2026-03-29T01:00:00Z",
        "Europe/Berlin, 2026-03-29, 01:59, 2026-03-29T00:59:00Z",
        // the clocks go from 03:00 back to 02:00: a repeated time is its first
        "Europe/Berlin, 2026-10-25, 02:30, 2026-10-25T00:30:00Z",
        "Europe/Berlin, 2026-10-25, 03:00, 2026-10-25T02:00:00Z",
        "America/New_York, 2026-03-08, 02:15, 2026-03-08T07:00:00Z",
        "America/New_York, 2026-11-01, 01:15, 2026-11-01T05:15:00Z",
        // half an hour only
        "Australia/Lord_Howe, 2026-10-04, 02:10, 2026-10-03T15:30:00Z",
        // a whole day that never was
        "Pacific/Apia, 2011-12-30, 02:00, 2011-12-30T10:00:00Z",
        "Asia/Kathmandu, 2026-11-24, 02:00, 2026-11-23T20:15:00Z",
    })
    void startOfADate(String zone, LocalDate date, LocalTime time, Instant expected) {
        assertThat(SlotPlanner.startOf(date, daily(ZoneId.of(zone), time))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 02:30",
        "America/New_York, 02:00",
        "Australia/Lord_Howe, 02:15",
        "Pacific/Auckland, 23:59",
        "UTC, 00:00",
        "America/Sao_Paulo, 00:00",
    })
    void everyDateOfFourHundredDaysHasOneSlot(String zone, LocalTime time) {
        ScheduleSettings settings = daily(ZoneId.of(zone), time);
        LocalDate first = LocalDate.of(2027, 12, 1);
        Instant at = SlotPlanner.startOf(first, settings).minusMillis(1);
        for (int i = 0; i < 400; i++) {
            Slot slot = SlotPlanner.next(at, settings).orElseThrow();
            assertThat(slot.date()).isEqualTo(first.plusDays(i));
            assertThat(slot.at()).isAfter(at);
            at = slot.at();
        }
        assertThat(
                        SlotPlanner.between(
                                SlotPlanner.startOf(first, settings).minusMillis(1), at, settings))
                .hasSize(400);
    }

    @Test
    void eachTimeOfADayHasASlotAndTheFirstMakesWeeksAndMonths() {
        ScheduleSettings settings = several("14:00, 02:00", Set.of(DayOfWeek.TUESDAY));
        assertThat(SlotPlanner.slotsOf(LocalDate.parse("2026-11-24"), settings))
                .extracting(Slot::name, Slot::tiers)
                .containsExactly(
                        tuple("2026-11-24.0200", List.of(Tier.DAILY, Tier.WEEKLY)),
                        tuple("2026-11-24.1400", List.of(Tier.DAILY)));
        ScheduleSettings weekly = several("14:00, 02:00", Set.of());
        assertThat(SlotPlanner.slotsOf(LocalDate.parse("2026-11-24"), weekly))
                .extracting(Slot::name, Slot::tiers)
                .containsExactly(tuple("2026-11-24.0200", List.of(Tier.WEEKLY)));
        assertThat(SlotPlanner.next(Instant.parse("2026-11-24T01:00:00Z"), settings))
                .map(Slot::name)
                .contains("2026-11-24.1400");
    }

    @Test
    void timesThatAChangeOfTheClocksMakesOneHaveOneSlot() {
        ScheduleSettings settings = several("02:00, 02:30, 03:00, 04:00", EVERY_DAY);
        assertThat(SlotPlanner.slotsOf(LocalDate.parse("2026-03-29"), settings))
                .extracting(Slot::name)
                .containsExactly("2026-03-29.0200", "2026-03-29.0400");
        assertThat(SlotPlanner.slotsOf(LocalDate.parse("2026-10-25"), settings))
                .extracting(Slot::at)
                .containsExactly(
                        Instant.parse("2026-10-25T00:00:00Z"),
                        Instant.parse("2026-10-25T00:30:00Z"),
                        Instant.parse("2026-10-25T02:00:00Z"),
                        Instant.parse("2026-10-25T03:00:00Z"));
    }

    private static ScheduleSettings several(String times, Set<DayOfWeek> days) {
        return new ScheduleSettings(
                true,
                days,
                Set.of(DayOfWeek.TUESDAY),
                Set.of(),
                DayTimes.parse(times),
                BERLIN,
                Duration.ofHours(12));
    }

    @Test
    void betweenTakesTheEndInAndLeavesTheStartOut() {
        ScheduleSettings settings = daily(BERLIN, LocalTime.of(2, 0));
        Instant at = Instant.parse("2026-11-24T01:00:00Z");
        assertThat(SlotPlanner.between(at, at, settings)).isEmpty();
        assertThat(SlotPlanner.between(at.minusMillis(1), at, settings))
                .extracting(Slot::name)
                .containsExactly("2026-11-24");
        assertThat(SlotPlanner.between(at, at.plus(Duration.ofDays(2)), settings))
                .extracting(Slot::name)
                .containsExactly("2026-11-25", "2026-11-26");
    }

    @Test
    void nextLooksPastAMonth() {
        ScheduleSettings settings = monthly(Set.of(31));
        Slot slot = SlotPlanner.next(Instant.parse("2027-01-31T23:00:00Z"), settings).orElseThrow();
        assertThat(slot.date()).isEqualTo("2027-02-28");
        assertThat(slot.tiers()).containsExactly(Tier.MONTHLY);
        Slot after = SlotPlanner.next(slot.at(), settings).orElseThrow();
        assertThat(after.date()).isEqualTo("2027-03-31");
    }

    @Test
    void nothingIsDueWhenOffOrEmpty() {
        Instant now = Instant.parse("2026-11-24T01:00:00Z");
        ScheduleSettings empty =
                new ScheduleSettings(
                        true,
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        LocalTime.of(2, 0),
                        BERLIN,
                        Duration.ofHours(1));
        Stream.of(ScheduleSettings.off(BERLIN), empty)
                .forEach(settings -> {
                    assertThat(SlotPlanner.next(now, settings)).isEmpty();
                    assertThat(SlotPlanner.between(now, now.plus(Duration.ofDays(40)), settings))
                            .isEqualTo(List.of());
                });
    }

    @ParameterizedTest
    @CsvSource({"0", "32", "-1"})
    void monthlyDatesThatNoMonthHasAreRefused(int day) {
        assertThatThrownBy(() -> monthly(Set.of(day)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a monthly date must be 1 to 31: " + day);
    }

    static ScheduleSettings daily(ZoneId zone, LocalTime time) {
        return new ScheduleSettings(
                true, EVERY_DAY, Set.of(), Set.of(), time, zone, Duration.ofHours(12));
    }

    private static ScheduleSettings monthly(Set<Integer> dates) {
        return new ScheduleSettings(
                true, Set.of(), Set.of(), dates, LocalTime.of(2, 0), BERLIN, Duration.ofHours(12));
    }
}
