package dev.packhorse.transport.contract;

import dev.packhorse.transport.spi.Content;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Content of given bytes; the declared size and digest may be made to lie.
public final class BytesContent implements Content {
    private final byte[] bytes;
    private final long sizeBytes;
    private final String sha256;

    /// Content that declares what the caller says.
    public BytesContent(byte[] bytes, long sizeBytes, String sha256) {
        this.bytes = bytes;
        this.sizeBytes = sizeBytes;
        this.sha256 = sha256;
    }

    /// Content that declares what it is.
    public static BytesContent of(byte[] bytes) {
        return new BytesContent(bytes, bytes.length, digest(bytes));
    }

    /// SHA-256, lower-case hex.
    public static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }
}
