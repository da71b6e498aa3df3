package dev.packhorse.engine.component.home;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// A set of records in eight bytes each; that it takes one for another does not happen by chance.
/// First it is filled, then it is asked. One thread.
final class Fingerprints {
    private final MessageDigest digest = sha256();
    private long[] all = new long[0];
    private int count;
    private boolean sorted = true;

    void add(byte[] record) {
        if (count == all.length) {
            all = Arrays.copyOf(all, Math.max(1_024, 2 * count));
        }
        all[count++] = of(record);
        sorted = false;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean contains(byte[] record) {
        if (!sorted) {
            Arrays.sort(all, 0, count);
            sorted = true;
        }
        return Arrays.binarySearch(all, 0, count, of(record)) >= 0;
    }

    private long of(byte[] record) {
        return ByteBuffer.wrap(digest.digest(record)).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
