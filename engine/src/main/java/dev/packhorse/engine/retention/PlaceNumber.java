package dev.packhorse.engine.retention;

import java.util.Locale;
import java.util.Optional;

/// One number that a destination may have for itself.
enum PlaceNumber {
    DAILY,
    WEEKLY,
    MONTHLY,
    CALENDAR_DAILY,
    CALENDAR_WEEKLY,
    CALENDAR_MONTHLY,
    CALENDAR_YEARLY,
    ORPHAN_DAYS,
    LOCK_DAYS,
    EVERY_RUN;

    static final int LARGEST = 36_500;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<PlaceNumber> of(String word) {
        for (PlaceNumber each : values()) {
            if (each.word().equals(word)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
