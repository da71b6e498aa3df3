package dev.packhorse.engine.plan;

import dev.packhorse.engine.model.QuietHours;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/// The times of day at which scheduled backups of an account begin.
///
/// @param spans none for all day
public record BackupWindow(QuietHours spans) {
    /// At any time.
    public static final BackupWindow ALWAYS = new BackupWindow(QuietHours.NONE);

    /// Reads `22:00-06:00`, or several with commas between; empty text is all day.
    ///
    /// @throws IllegalArgumentException if it is none of these
    public static BackupWindow parse(String text) {
        return new BackupWindow(QuietHours.parse(text));
    }

    /// How long until it opens, empty while it is open.
    public Optional<Duration> closedFor(Instant now, ZoneId zone) {
        if (spans.spans().isEmpty() || spans.left(now, zone).isPresent()) {
            return Optional.empty();
        }
        ZonedDateTime here = now.atZone(zone);
        return spans.spans().stream()
                .map(span -> Duration.between(now, opening(span, here)))
                .min(Duration::compareTo);
    }

    private static Instant opening(QuietHours.Span span, ZonedDateTime now) {
        Instant today = now.toLocalDate().atTime(span.from()).atZone(now.getZone()).toInstant();
        return today.isAfter(now.toInstant())
                ? today
                : now.toLocalDate()
                        .plusDays(1)
                        .atTime(span.from())
                        .atZone(now.getZone())
                        .toInstant();
    }
}
