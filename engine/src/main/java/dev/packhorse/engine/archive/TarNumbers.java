package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;

/// Reads the number fields of tar headers and extended header records.
///
/// Source: POSIX.1-2017 pax; GNU tar manual, "Basic Tar Format" (base-256).
final class TarNumbers {
    private TarNumbers() {}

    /// A field of octal digits, or base-256 when its first bit is set. Blank fields are 0.
    static long field(byte[] block, int offset, int length, String what) throws ArchiveException {
        if ((block[offset] & 0x80) != 0) {
            return base256(block, offset, length, what);
        }
        int at = offset;
        int end = offset + length;
        while (at < end && block[at] == ' ') {
            at++;
        }
        long value = 0;
        for (; at < end && block[at] >= '0' && block[at] <= '7'; at++) {
            value = (value << 3) | (block[at] - '0');
        }
        for (; at < end; at++) {
            if (block[at] != 0 && block[at] != ' ') {
                throw new ArchiveException(Kind.DAMAGED, "header with a malformed " + what);
            }
        }
        return value;
    }

    private static long base256(byte[] block, int offset, int length, String what)
            throws ArchiveException {
        boolean negative = (block[offset] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int digit = block[offset + i] & 0xff;
            if (i == 0) {
                digit = negative ? digit : digit & 0x7f;
            }
            // Else a bit is lost, the sign's perhaps.
            if ((value << 8) >> 8 != value) {
                throw new ArchiveException(Kind.HOSTILE, "header with an absurd " + what);
            }
            value = (value << 8) | digit;
        }
        return value;
    }

    /// A record's whole number that is not negative, of at most 19 digits.
    static long decimal(byte[] text, int from, int to, String what) throws ArchiveException {
        if (to <= from || to - from > 19) {
            throw new ArchiveException(Kind.HOSTILE, "extended header with a malformed " + what);
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                throw new ArchiveException(
                        Kind.HOSTILE, "extended header with a malformed " + what);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    static long decimal(byte[] text, String what) throws ArchiveException {
        return decimal(text, 0, text.length, what);
    }
}
