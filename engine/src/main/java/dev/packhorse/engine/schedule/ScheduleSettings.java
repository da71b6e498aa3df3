package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.DayTimes;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/// When backups are due.
///
/// @param enabled whether anything is
/// @param dailyDays the days of the week with a daily backup, empty for no daily tier
/// @param weeklyDays the days of the week with a weekly backup, empty for no weekly tier
/// @param monthlyDates the days of the month with a monthly backup, 1 to 31, empty for no monthly
///   tier; a date that a month does not have falls on its last day
/// @param times when runs start; each has a slot of its own
/// @param zone the server's zone, in which days and times are meant
/// @param catchUpWindow how late a missed slot is still run
public record ScheduleSettings(
        boolean enabled,
        Set<DayOfWeek> dailyDays,
        Set<DayOfWeek> weeklyDays,
        Set<Integer> monthlyDates,
        DayTimes times,
        ZoneId zone,
        Duration catchUpWindow) {

    public ScheduleSettings {
        dailyDays = inOrder(dailyDays);
        weeklyDays = inOrder(weeklyDays);
        monthlyDates = Collections.unmodifiableSet(new TreeSet<>(monthlyDates));
        for (int date : monthlyDates) {
            if (date < 1 || date > 31) {
                throw new IllegalArgumentException("a monthly date must be 1 to 31: " + date);
            }
        }
        if (catchUpWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "the catch-up window must not be negative: " + catchUpWindow);
        }
    }

    private static Set<DayOfWeek> inOrder(Set<DayOfWeek> days) {
        EnumSet<DayOfWeek> sorted = EnumSet.noneOf(DayOfWeek.class);
        sorted.addAll(days);
        return Collections.unmodifiableSet(sorted);
    }

    /// A schedule with one run a day.
    public ScheduleSettings(
            boolean enabled,
            Set<DayOfWeek> dailyDays,
            Set<DayOfWeek> weeklyDays,
            Set<Integer> monthlyDates,
            LocalTime timeOfDay,
            ZoneId zone,
            Duration catchUpWindow) {
        this(
                enabled,
                dailyDays,
                weeklyDays,
                monthlyDates,
                DayTimes.of(timeOfDay),
                zone,
                catchUpWindow);
    }

    /// A schedule on which nothing is ever due.
    public static ScheduleSettings off(ZoneId zone) {
        return new ScheduleSettings(
                false,
                Set.of(),
                Set.of(),
                Set.of(),
                DayTimes.of(LocalTime.of(2, 0)),
                zone,
                Duration.ofHours(12));
    }
}
