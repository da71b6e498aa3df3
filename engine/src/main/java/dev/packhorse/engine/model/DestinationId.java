package dev.packhorse.engine.model;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/// Identifies a destination: `local` for the backup directory of this server, else 24 letters and
/// digits.
public record DestinationId(String value) {
    private static final Pattern GRAMMAR = Pattern.compile("local|[A-Za-z0-9]{24}");
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    /// The backup directory of this server. Below the grammar, which its own making needs.
    public static final DestinationId LOCAL = new DestinationId("local");

    public DestinationId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("not a destination id");
        }
    }

    /// A new random id.
    public static DestinationId random() {
        StringBuilder text = new StringBuilder(24);
        for (int i = 0; i < 24; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new DestinationId(text.toString());
    }

    /// Whether this is [#LOCAL].
    public boolean isLocal() {
        return equals(LOCAL);
    }

    @Override
    public String toString() {
        return value;
    }
}
