package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.math.BigInteger;
import java.time.Instant;

/// A telephone.
public final class TestCodes {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private TestCodes() {}

    /// The key that an address holds.
    static byte[] key(Secret uri) {
        String text = uri.reveal().replaceFirst(".*[?&]secret=([A-Z2-7]+).*", "$1");
        BigInteger bits = BigInteger.ZERO;
        for (int i = 0; i < text.length(); i++) {
            bits = bits.shiftLeft(5).or(BigInteger.valueOf(ALPHABET.indexOf(text.charAt(i))));
        }
        byte[] bytes = bits.toByteArray();
        byte[] key = new byte[text.length() * 5 / Byte.SIZE];
        int length = Math.min(bytes.length, key.length);
        System.arraycopy(bytes, bytes.length - length, key, key.length - length, length);
        return key;
    }

    /// The code of a moment.
    public static String at(Secret uri, Instant now) {
        return OneTimeCode.of(key(uri), OneTimeCode.step(now));
    }

    /// The code of now.
    public static String now(Secret uri) {
        return at(uri, Instant.now());
    }
}
