package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
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
        if (settings.weeklyDays().contains(date.getDayOfWeek())) {
            due.add(Tier.WEEKLY);
        }
        int last = date.lengthOfMonth();
        if (settings.monthlyDates().stream()
                .anyMatch(day -> Math.min(day, last) == date.getDayOfMonth())) {
            due.add(Tier.MONTHLY);
        }
        return due;
    }

    /// When the first run of a date starts: at its time of day; where the clocks skip that time, at
    /// the first instant after the gap; where they repeat it, the first time.
    public static Instant startOf(LocalDate date, ScheduleSettings settings) {
        return startOf(date.atTime(settings.times().first()), settings);
    }

    private static Instant startOf(LocalDateTime time, ScheduleSettings settings) {
        ZoneRules rules = settings.zone().getRules();
        List<ZoneOffset> offsets = rules.getValidOffsets(time);
        if (offsets.isEmpty()) {
            ZoneOffsetTransition gap = rules.getTransition(time);
            return gap.getInstant();
        }
        return time.toInstant(offsets.getFirst());
    }

    /// When a slot starts or started, whether or not the schedule has it now. One that is named by
    /// its date alone, as under a schedule with one run a day, starts with the first of its day.
    static Instant startOf(SlotName slot, ScheduleSettings settings) {
        if (!slot.hasTime()) {
            return startOf(slot.date(), settings);
        }
        int hour = Integer.parseInt(slot.time().substring(0, 2));
        int minute = Integer.parseInt(slot.time().substring(2, 4));
        return startOf(slot.date().atTime(hour, minute), settings);
    }

    /// The slots of a date, oldest first. The first makes what is due of every calendar, the others
    /// what the daily one asks for. Of several times that the clocks make one, as where they skip
    /// an hour, the first has a slot.
    public static List<Slot> slotsOf(LocalDate date, ScheduleSettings settings) {
        List<Slot> slots = new ArrayList<>();
        List<Tier> due = tiersDue(date, settings);
        Instant before = Instant.MIN;
        for (LocalTime time : settings.times().times()) {
            Instant at = startOf(date.atTime(time), settings);
            if (!due.isEmpty() && !at.equals(before)) {
                SlotName name =
                        settings.times().areSeveral() ? SlotName.at(date, time) : SlotName.of(date);
                slots.add(new Slot(name, at, due));
            }
            before = at;
            due = due.contains(Tier.DAILY) ? List.of(Tier.DAILY) : List.of();
        }
        return slots;
    }

    /// The slots that start after the one instant and not after the other, oldest first.
    public static List<Slot> between(Instant after, Instant until, ScheduleSettings settings) {
        List<Slot> slots = new ArrayList<>();
        LocalDate last = LocalDate.ofInstant(until, settings.zone()).plusDays(1);
        LocalDate date = LocalDate.ofInstant(after, settings.zone()).minusDays(1);
        for (; !date.isAfter(last); date = date.plusDays(1)) {
            for (Slot slot : slotsOf(date, settings)) {
                if (slot.at().isAfter(after) && !slot.at().isAfter(until)) {
                    slots.add(slot);
                }
            }
        }
        return slots;
    }

    /// The first slot that starts after the instant, empty if the schedule has none.
    public static Optional<Slot> next(Instant after, ScheduleSettings settings) {
        LocalDate date = LocalDate.ofInstant(after, settings.zone()).minusDays(1);
        for (int i = 0; i <= DAYS_TO_LOOK_AHEAD + 1; i++) {
            Optional<Slot> slot =
                    slotsOf(date.plusDays(i), settings).stream()
                            .filter(each -> each.at().isAfter(after))
                            .findFirst();
            if (slot.isPresent()) {
                return slot;
            }
        }
        return Optional.empty();
    }
}
