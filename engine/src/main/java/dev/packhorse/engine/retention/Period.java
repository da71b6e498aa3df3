package dev.packhorse.engine.retention;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.Locale;

/// A stretch of the calendar that has at most one generation.
enum Period {
    DAILY,
    WEEKLY,
    MONTHLY,
    YEARLY;

    /// The name of the stretch that a date lies in: `2026-11-24`, `2026-W48`, `2026-11`, `2026`.
    String of(LocalDate date) {
        return switch (this) {
            case DAILY -> date.toString();
            case WEEKLY ->
                    "%d-W%02d"
                            .formatted(
                                    date.get(IsoFields.WEEK_BASED_YEAR),
                                    date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTHLY -> YearMonth.from(date).toString();
            case YEARLY -> Integer.toString(date.getYear());
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
