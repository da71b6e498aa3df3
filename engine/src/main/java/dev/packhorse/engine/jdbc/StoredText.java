package dev.packhorse.engine.jdbc;

/// Bounds for texts that come from outside, before they reach a column.
final class StoredText {
    private static final int JSON_LIMIT = 1_000_000;
    private static final int REASON_LIMIT = 4_000;

    private StoredText() {}

    /// A JSON text or a resume mark as it is.
    ///
    /// @throws IllegalArgumentException if it is longer than the store takes
    static String json(String what, String text) {
        if (text.length() > JSON_LIMIT) {
            throw new IllegalArgumentException(
                    "%s of %d characters is longer than the queue takes (%d)"
                            .formatted(what, text.length(), JSON_LIMIT));
        }
        return text;
    }

    /// A sentence for people: cut where it is too long, and without what a database refuses (NUL,
    /// halves of surrogate pairs), since a reason often quotes a foreign server.
    static String reason(String text) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), REASON_LIMIT));
        text.codePoints()
                .limit(REASON_LIMIT - 1)
                .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c)
                .takeWhile(c -> clean.length() + Character.charCount(c) < REASON_LIMIT)
                .forEach(clean::appendCodePoint);
        return clean.length() < text.length() ? clean.append('…').toString() : clean.toString();
    }
}
