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
    private final Optional<PartOrigin> origin;

    Part(int number, byte[] bytes, Optional<PartOrigin> origin) {
        this.number = number;
        this.bytes = bytes;
        this.origin = origin;
    }

    /// Counted from 1.
    public int number() {
        return number;
    }

    public int length() {
        return bytes.length;
    }

    /// Where the place most likely has the same bytes already.
    public Optional<PartOrigin> origin() {
        return origin;
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
