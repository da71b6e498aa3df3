package dev.packhorse.engine.model;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Times of day at which scheduled work does not begin. Immutable.
///
/// @param spans they may overlap, and reach past midnight
public record QuietHours(List<Span> spans) {
    /// No such times.
    public static final QuietHours NONE = new QuietHours(List.of());

    /// One stretch of each day.
    ///
    /// @param from its first moment
    /// @param until the first moment after it, on the next day if that is not later than `from`
    public record Span(LocalTime from, LocalTime until) {
        boolean contains(LocalTime time) {
            boolean afterFrom = !time.isBefore(from);
            boolean beforeUntil = time.isBefore(until);
            return from.isBefore(until) ? afterFrom && beforeUntil : afterFrom || beforeUntil;
        }

        /// Where the clocks skip or repeat a time, its first moment counts.
        private Instant endAfter(ZonedDateTime now) {
            ZonedDateTime end = now.toLocalDate().atTime(until).atZone(now.getZone());
            return (end.toInstant().isAfter(now.toInstant())
                            ? end
                            : now.toLocalDate().plusDays(1).atTime(until).atZone(now.getZone()))
                    .toInstant();
        }
    }

    public QuietHours {
        spans = List.copyOf(spans);
    }

    /// Reads `08:00-18:00` or `08:00-12:00, 13:30-18:00`; empty text is none.
    ///
    /// @throws IllegalArgumentException if it is none of these
    public static QuietHours parse(String text) {
        if (text.isBlank()) {
            return NONE;
        }
        List<Span> spans = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            try {
                if (ends.length != 2) {
                    throw new IllegalArgumentException("is none of the form HH:MM-HH:MM");
                }
                Span span = new Span(LocalTime.parse(ends[0]), LocalTime.parse(ends[1]));
                if (span.from().equals(span.until())) {
                    throw new IllegalArgumentException("begins when it ends");
                }
                spans.add(span);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("is none of the form HH:MM-HH:MM", e);
            }
        }
        return new QuietHours(spans);
    }

    /// How long they still last, empty outside of them. Where one stretch ends within another, work
    /// is told to look again at the end of the first.
    public Optional<Duration> left(Instant now, ZoneId zone) {
        ZonedDateTime here = now.atZone(zone);
        return spans.stream()
                .filter(span -> span.contains(here.toLocalTime()))
                .map(span -> Duration.between(now, span.endAfter(here)))
                .findFirst();
    }
}
