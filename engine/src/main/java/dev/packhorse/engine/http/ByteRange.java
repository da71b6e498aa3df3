package dev.packhorse.engine.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of a file.
///
/// @param first its first byte
/// @param length how many; never 0 for a part that a header asked for
record ByteRange(long first, long length) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /// What a `Range` header asks of a file, as RFC 9110 section 14 has it.
    ///
    /// @return empty if the header is to be ignored: another unit, several parts, or not well
    ///   formed
    /// @throws UnsatisfiableException if it asks for nothing that is there
    static Optional<ByteRange> of(String header, long size) throws UnsatisfiableException {
        Matcher matcher = ONE.matcher(header.strip());
        if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return Optional.empty();
        }
        if (matcher.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(matcher.group(2)), size);
            if (last == 0) {
                throw new UnsatisfiableException();
            }
            return Optional.of(new ByteRange(size - last, last));
        }
        long first = Long.parseLong(matcher.group(1));
        long end =
                matcher.group(2).isEmpty()
                        ? size - 1
                        : Math.min(Long.parseLong(matcher.group(2)), size - 1);
        if (!matcher.group(2).isEmpty() && Long.parseLong(matcher.group(2)) < first) {
            return Optional.empty();
        }
        if (first >= size) {
            throw new UnsatisfiableException();
        }
        return Optional.of(new ByteRange(first, end - first + 1));
    }

    /// Nothing of the file is asked for.
    static final class UnsatisfiableException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
