package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Sha256;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;

/// A small object to try a destination with.
final class SampleContent implements Content {
    private final byte[] bytes;
    private final String sha256;

    private SampleContent(byte[] bytes, String sha256) {
        this.bytes = bytes;
        this.sha256 = sha256;
    }

    static SampleContent of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Bytes without a pattern, the same for the same seed.
    static SampleContent random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return of(bytes);
    }

    private static SampleContent of(byte[] bytes) {
        return new SampleContent(bytes, HexFormat.of().formatHex(Sha256.begin().digest(bytes)));
    }

    /// The same bytes under the digest of others: no destination may take it.
    SampleContent withWrongDigest() {
        return new SampleContent(bytes, "0".repeat(sha256.length()));
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
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
