package dev.packhorse.engine.model;

import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The times of day at which runs start, to the minute where there are several. Immutable.
///
/// @param times at least one, in order
public record DayTimes(List<LocalTime> times) {
    private static final int MOST = 48;

    public DayTimes {
        times = List.copyOf(new TreeSet<>(times));
        if (times.isEmpty()) {
            throw new IllegalArgumentException("is no time of day");
        }
    }

    /// One run a day.
    public static DayTimes of(LocalTime time) {
        return new DayTimes(List.of(time));
    }

    /// Reads `02:00` or `02:00, 14:00`.
    ///
    /// @throws IllegalArgumentException if it is neither; the message goes on from “is …, which”
    public static DayTimes parse(String text) {
        TreeSet<LocalTime> times = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            LocalTime time;
            try {
                time = LocalTime.parse(part.strip());
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "is none of the form HH:MM at “" + part.strip() + "”", e);
            }
            if (!times.add(time)) {
                throw new IllegalArgumentException("is naming " + time + " twice");
            }
        }
        requireMinutes(times);
        if (times.size() > MOST) {
            throw new IllegalArgumentException("is naming more than " + MOST + " times");
        }
        return new DayTimes(List.copyOf(times));
    }

    /// Several runs of a day are told apart by hours and minutes.
    private static void requireMinutes(Set<LocalTime> times) {
        for (LocalTime time : times) {
            if (times.size() > 1 && (time.getSecond() != 0 || time.getNano() != 0)) {
                throw new IllegalArgumentException("is naming seconds at “" + time + "”");
            }
        }
    }

    /// The first of the day.
    public LocalTime first() {
        return times.getFirst();
    }

    /// Whether there is more than one.
    public boolean areSeveral() {
        return times.size() > 1;
    }
}
