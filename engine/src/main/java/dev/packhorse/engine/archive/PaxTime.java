package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;

/// A time of an extended header, rounded down to nanoseconds.
///
/// @param nanos 0 to 999,999,999
record PaxTime(long seconds, int nanos) {
    private static final int MOST_CHARACTERS = 64;

    /// Reads a decimal number: no exponent, at most 64 characters.
    static PaxTime parse(byte[] text) throws ArchiveException {
        int end = text.length;
        if (end > MOST_CHARACTERS) {
            throw malformed();
        }
        boolean negative = end > 0 && text[0] == '-';
        int from = negative ? 1 : 0;
        int point = from;
        while (point < end && text[point] != '.') {
            point++;
        }
        long seconds = TarNumbers.decimal(text, from, point, "time");
        long nanos = fraction(text, point + 1);
        if (!negative) {
            return new PaxTime(seconds, (int) nanos);
        }
        return nanos == 0
                ? new PaxTime(-seconds, 0)
                : new PaxTime(-seconds - 1, (int) (1_000_000_000 - nanos));
    }

    private static long fraction(byte[] text, int from) throws ArchiveException {
        long nanos = 0;
        for (int i = 0; i < 9; i++) {
            nanos = nanos * 10 + (from + i < text.length ? digit(text[from + i]) : 0);
        }
        for (int i = from + 9; i < text.length; i++) {
            digit(text[i]);
        }
        return nanos;
    }

    private static int digit(byte character) throws ArchiveException {
        if (character < '0' || character > '9') {
            throw malformed();
        }
        return character - '0';
    }

    private static ArchiveException malformed() {
        return new ArchiveException(Kind.HOSTILE, "extended header with a malformed time");
    }
}
