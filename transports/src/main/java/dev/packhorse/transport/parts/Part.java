package dev.packhorse.transport.parts;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// One part of a content, whole in memory. Many threads may read it.
public final class Part {
    private final int number;
    private final byte[] bytes;

    Part(int number, byte[] bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /// Counted from 1.
    public int number() {
        return number;
    }

    public int length() {
        return bytes.length;
    }

    /// A new stream over the part.
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }

    /// The digest of the part.
    ///
    /// @param algorithm one that every JDK has: `MD5`, `SHA-1`, `SHA-256`
    public byte[] digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("no digest " + algorithm, e);
        }
    }
}
