package dev.packhorse.transport.decorator;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of what a place gives back.
final class StoredDigest {
    private static final int BLOCK = 1 << 16;

    private StoredDigest() {}

    static String of(InputStream bytes) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK];
        for (int count = bytes.read(block); count >= 0; count = bytes.read(block)) {
            digest.update(block, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
