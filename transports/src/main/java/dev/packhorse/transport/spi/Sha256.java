package dev.packhorse.transport.spi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 in the form in which [Content#sha256()] declares it: lower-case hex.
public final class Sha256 {
    private static final int BLOCK = 1 << 18;

    private Sha256() {}

    /// The digest of a file.
    ///
    /// @throws IOException if it cannot be read
    public static String of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    /// The digest of all that a stream still gives; it is not closed.
    ///
    /// @throws IOException if it cannot be read
    public static String of(InputStream in) throws IOException {
        MessageDigest digest = begin();
        byte[] block = new byte[BLOCK];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            digest.update(block, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// A digest to be fed by its caller.
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
