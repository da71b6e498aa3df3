package dev.packhorse.engine.session;

import java.security.SecureRandom;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/// Names a session, and with it the folder of its logs: 1 to 64 letters, digits, `-` and `_`.
public record SessionId(String value) {
    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final DateTimeFormatter DIGITS =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    public SessionId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a session id");
        }
    }

    /// Whether the text may name a session.
    public static boolean isValid(String text) {
        return GRAMMAR.matcher(text).matches();
    }

    /// A prefix, the moment as 14 digits, and random letters and digits.
    ///
    /// Source: whmapi1-protocol 11.2 and 11.5.
    static SessionId random(String prefix, ZonedDateTime moment, int tail) {
        StringBuilder text = new StringBuilder(prefix).append(DIGITS.format(moment));
        for (int i = 0; i < tail; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new SessionId(text.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
