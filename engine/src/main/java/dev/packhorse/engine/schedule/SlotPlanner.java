package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.Tier;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The calendar: which slots a schedule has. Pure; knows neither the time nor what has been fired.
public final class SlotPlanner {
    /// A day of the week, and any date in the form of "the 31st or the last", comes round sooner.
    private static final int DAYS_TO_LOOK_AHEAD = 32;

    private SlotPlanner() {}

    /// What is due on a date, in the order of [Tier]; empty if nothing is.
    public static List<Tier> tiersDue(LocalDate date, ScheduleSettings settings) {
        if (!settings.enabled()) {
            return List.of();
        }
        List<Tier> due = new ArrayList<>();
        if (settings.dailyDays().contains(date.getDayOfWeek())) {
            due.add(Tier.DAILY);
        }
        if (settings.weeklyDay().equals(Optional.of(date.getDayOfWeek()))) {
            due.add(Tier.WEEKLY);
        }
        int last = date.lengthOfMonth();
        if (settings.monthlyDates().stream()
                .anyMatch(day -> Math.min(day, last) == date.getDayOfMonth())) {
            due.add(Tier.MONTHLY);
        }
        return due;
    }

    /// When the run of a date starts: at its time of day; where the clocks skip that time, at the
    /// first instant after the gap; where they repeat it, the first time.
    public static Instant startOf(LocalDate date, ScheduleSettings settings) {
        LocalDateTime time = date.atTime(settings.timeOfDay());
        ZoneRules rules = settings.zone().getRules();
        List<ZoneOffset> offsets = rules.getValidOffsets(time);
        if (offsets.isEmpty()) {
            ZoneOffsetTransition gap = rules.getTransition(time);
            return gap.getInstant();
        }
        return time.toInstant(offsets.getFirst());
    }

    /// The slots that start after the one instant and not after the other, oldest first.
    public static List<Slot> between(Instant after, Instant until, ScheduleSettings settings) {
        List<Slot> slots = new ArrayList<>();
        LocalDate last = LocalDate.ofInstant(until, settings.zone()).plusDays(1);
        LocalDate date = LocalDate.ofInstant(after, settings.zone()).minusDays(1);
        for (; !date.isAfter(last); date = date.plusDays(1)) {
            Optional<Slot> slot = slotOf(date, settings);
            if (slot.isPresent()
                    && slot.get().at().isAfter(after)
                    && !slot.get().at().isAfter(until)) {
                slots.add(slot.get());
            }
        }
        return slots;
    }

    /// The first slot that starts after the instant, empty if the schedule has none.
    public static Optional<Slot> next(Instant after, ScheduleSettings settings) {
        LocalDate date = LocalDate.ofInstant(after, settings.zone()).minusDays(1);
        for (int i = 0; i <= DAYS_TO_LOOK_AHEAD + 1; i++) {
            Optional<Slot> slot = slotOf(date.plusDays(i), settings);
            if (slot.isPresent() && slot.get().at().isAfter(after)) {
                return slot;
            }
        }
        return Optional.empty();
    }

    private static Optional<Slot> slotOf(LocalDate date, ScheduleSettings settings) {
        List<Tier> tiers = tiersDue(date, settings);
        return tiers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Slot(date, startOf(date, settings), tiers));
    }
}
