package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.FileStat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The hashes that a record is made of. One thread.
final class Hashes {
    /// The length of those that are cut: nobody can make two things meet in 128 bits.
    static final int SHORT = 16;

    /// The length of a whole SHA-256.
    static final int FULL = 32;

    private static final int NUMBERS = 80;

    private final MessageDigest digest = sha256();
    private final ByteBuffer numbers = ByteBuffer.allocate(NUMBERS);

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// The key of a path.
    byte[] key(BytePath path) {
        return cut(digest.digest(path.value().toBytes()));
    }

    /// The hash of what a member is besides its name and content.
    ///
    /// @param type `f`, `d` or `l`
    byte[] state(char type, Attributes attributes, long sizeBytes) {
        numbers.clear()
                .putLong(type)
                .putLong(attributes.mode())
                .putLong(Integer.toUnsignedLong(attributes.uid()))
                .putLong(Integer.toUnsignedLong(attributes.gid()))
                .putLong(sizeBytes)
                .putLong(attributes.mtimeSeconds())
                .putLong(attributes.mtimeNanos());
        digest.update(numbers.flip());
        return cut(digest.digest());
    }

    /// The hash by which a source file is known again: every change of its content, attributes or
    /// rights changes its ctime, which nobody can set.
    byte[] origin(byte[] key, FileStat source) {
        numbers.clear()
                .putLong(source.inode())
                .putLong(source.sizeBytes())
                .putLong(source.mtimeSeconds())
                .putLong(source.mtimeNanos())
                .putLong(source.ctimeSeconds())
                .putLong(source.ctimeNanos())
                .putLong(source.mode())
                .putLong(source.uid())
                .putLong(source.gid());
        digest.update(key);
        digest.update(numbers.flip());
        return cut(digest.digest());
    }

    /// The hash of a link's target.
    byte[] text(byte[] bytes) {
        return digest.digest(bytes);
    }

    private static byte[] cut(byte[] hash) {
        return Arrays.copyOf(hash, SHORT);
    }
}
