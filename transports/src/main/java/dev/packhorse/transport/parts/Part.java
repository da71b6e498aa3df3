package dev.packhorse.transport.parts;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// One part of a content, whole in memory. Many threads may read it.
public final class Part {
    private final int number;
    private final byte[] bytes;
    private final int length;
    private final Optional<PartOrigin> origin;

    Part(int number, byte[] bytes, Optional<PartOrigin> origin) {
        this(number, bytes, bytes.length, origin);
    }

    /// @param length how many of the bytes are the part's
    Part(int number, byte[] bytes, int length, Optional<PartOrigin> origin) {
        this.number = number;
        this.bytes = bytes;
        this.length = length;
        this.origin = origin;
    }

    /// Counted from 1.
    public int number() {
        return number;
    }

    public int length() {
        return length;
    }

    /// Where the place most likely has the same bytes already.
    public Optional<PartOrigin> origin() {
        return origin;
    }

    /// A new stream over the part.
    public InputStream open() {
        return new ByteArrayInputStream(bytes, 0, length);
    }

    /// The digest of the part.
    ///
    /// @param algorithm one that every JDK has: `MD5`, `SHA-1`, `SHA-256`
    public byte[] digest(String algorithm) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("no digest " + algorithm, e);
        }
    }
}
