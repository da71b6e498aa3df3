package dev.packhorse.engine.whm;

import java.security.SecureRandom;

/// The mark of one failure, the same in the answer and in the log.
///
/// Source: whmapi1-protocol section 4: six lower-case letters and digits, new on every call.
final class Xid {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 6;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Xid() {}

    static String next() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
