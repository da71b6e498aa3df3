package dev.packhorse.transport.spi;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes, not negative. Text form: a whole number with an optional unit `KiB`, `MiB`,
/// `GiB`, `TiB` (or `K`, `M`, `G`, `T`, meaning the same), such as `64MiB`.
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,15})\\s*([KMGT]?)(?:I?B)?");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size must not be negative: " + bytes);
        }
    }

    /// Reads the text form.
    ///
    /// @throws IllegalArgumentException if the text is not a size or does not fit a long
    public static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size (use for example 64MiB): " + text);
        }
        int exponent = matcher.group(2).isEmpty() ? 0 : "KMGT".indexOf(matcher.group(2)) + 1;
        try {
            return new ByteSize(
                    Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * exponent)));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("size is too large: " + text, e);
        }
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        for (int unit = 4; unit > 0; unit--) {
            long factor = 1L << (10 * unit);
            if (bytes >= factor && bytes % factor == 0) {
                return bytes / factor + String.valueOf("KMGT".charAt(unit - 1)) + "iB";
            }
        }
        return bytes + "B";
    }
}
