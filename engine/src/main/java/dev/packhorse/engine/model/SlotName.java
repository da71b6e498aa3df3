package dev.packhorse.engine.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What tells the restore points of an account from each other in time, and the name of the folder
/// in which they lie: `2026-11-24` for the first run of a day, `2026-11-24.1400` for a further one,
/// `2026-11-24.140531` for a backup that somebody made at that second. In the order of time, as far
/// as the names tell it: a date without a time comes before all others of that date.
///
/// @param date its date in the server's zone
/// @param time `HHMM` or `HHMMSS`, empty for the first run of the day
public record SlotName(LocalDate date, String time) implements Comparable<SlotName> {
    private static final Pattern FORM =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\\.([0-9]{4}(?:[0-9]{2})?))?");
    private static final Pattern TIME =
            Pattern.compile("(?:(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)?");
    private static final int BY_HAND_LENGTH = 6;
    private static final Comparator<SlotName> ORDER =
            Comparator.comparing(SlotName::date).thenComparing(SlotName::time);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HHmm", Locale.ROOT);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("HHmmss", Locale.ROOT);

    public SlotName {
        if (!TIME.matcher(time).matches()) {
            throw new IllegalArgumentException("is no time in the form HHMM or HHMMSS: " + time);
        }
    }

    /// The first of a day.
    public static SlotName of(LocalDate date) {
        return new SlotName(date, "");
    }

    /// A further one of a day, which the schedule makes.
    public static SlotName at(LocalDate date, LocalTime time) {
        return new SlotName(date, MINUTE.format(time));
    }

    /// One that somebody made. Never the name of one that the schedule makes.
    public static SlotName byHand(LocalDate date, LocalTime time) {
        return new SlotName(date, SECOND.format(time));
    }

    /// The slot of a name.
    ///
    /// @throws IllegalArgumentException if it is none
    public static SlotName parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "is neither YYYY-MM-DD nor YYYY-MM-DD.HHMM: " + text));
    }

    /// The slot of a name, empty if it is none.
    public static Optional<SlotName> find(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String time = matcher.group(2) == null ? "" : matcher.group(2);
        try {
            return TIME.matcher(time).matches()
                    ? Optional.of(new SlotName(LocalDate.parse(matcher.group(1)), time))
                    : Optional.empty();
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /// Whether it is another one than the first of its day.
    public boolean hasTime() {
        return !time.isEmpty();
    }

    /// Whether somebody made it, and not the schedule.
    public boolean isByHand() {
        return time.length() == BY_HAND_LENGTH;
    }

    /// Whether a point of this slot is meant where somebody names the other: a date alone means
    /// every point of that date.
    public boolean isMeantBy(SlotName wanted) {
        return date.equals(wanted.date) && (!wanted.hasTime() || time.equals(wanted.time));
    }

    /// Whether its date was still to come at a moment, in whatever zone: nothing that was there at
    /// that moment is of this slot.
    public boolean isAfter(Instant moment) {
        return moment.isBefore(date.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    @Override
    public int compareTo(SlotName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return time.isEmpty() ? date.toString() : date + "." + time;
    }
}
