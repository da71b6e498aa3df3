package dev.packhorse.engine.model;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/// Identifies a job: 15 letters and digits, the form that clients know as `queue_id`.
public record JobId(String value) {
    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9]{15}");
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    public JobId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("not a job id");
        }
    }

    /// Whether a text is in the form of an id.
    public static boolean isValid(String text) {
        return GRAMMAR.matcher(text).matches();
    }

    /// A new random id (89 bits).
    public static JobId random() {
        StringBuilder text = new StringBuilder(15);
        for (int i = 0; i < 15; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new JobId(text.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
