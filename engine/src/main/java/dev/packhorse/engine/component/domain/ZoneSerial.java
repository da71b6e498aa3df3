package dev.packhorse.engine.component.domain;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/// A zone's serial number, which goes round: other servers fetch a zone only if its number is after
/// the one that they have.
///
/// Source: RFC 1982 section 3; RFC 1912 section 2.2 for numbers that are a date and a count.
record ZoneSerial(long value) {
    private static final long ROUND = 1L << 32;
    private static final long COUNTS = 100;

    ZoneSerial {
        if (value < 0 || value >= ROUND) {
            throw new IllegalArgumentException("no serial number: " + value);
        }
    }

    static boolean isOne(String text) {
        return text.matches("[0-9]{1,10}") && Long.parseLong(text) < ROUND;
    }

    boolean isAfter(ZoneSerial other) {
        return (int) (value - other.value) > 0;
    }

    /// The one of both that is after the other.
    ZoneSerial orLater(ZoneSerial other) {
        return other.isAfter(this) ? other : this;
    }

    /// The next number. The last of a date is followed by the first of the day after, so that the
    /// number stays a date and a count.
    ZoneSerial next() {
        long next = value + 1;
        if (next % COUNTS == 0) {
            next = dayAfter(value / COUNTS, next);
        }
        return new ZoneSerial(next % ROUND);
    }

    private static long dayAfter(long date, long otherwise) {
        String text = Long.toString(date);
        if (!text.matches("(?:19|20)[0-9]{6}")) {
            return otherwise;
        }
        try {
            LocalDate day = LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).plusDays(1);
            return Long.parseLong(day.format(DateTimeFormatter.BASIC_ISO_DATE)) * COUNTS;
        } catch (DateTimeException _) {
            return otherwise;
        }
    }
}
