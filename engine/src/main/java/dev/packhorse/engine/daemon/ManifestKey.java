package dev.packhorse.engine.daemon;

import dev.packhorse.engine.archive.ManifestMac;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.UUID;

/// The key that proves which archives this server made: `STATE/manifest.key`, 32 random bytes, made
/// at the first start. Whoever moves to another machine and wants its old archives trusted takes
/// this file along.
final class ManifestKey {
    private static final String NAME = "manifest.key";

    private ManifestKey() {}

    static ManifestMac load(Path state) throws IOException {
        Path file = state.resolve(NAME);
        try {
            return mac(file, Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            return mac(file, create(state, file));
        }
    }

    private static ManifestMac mac(Path file, byte[] key) throws IOException {
        if (key.length != ManifestMac.KEY_BYTES) {
            throw new IOException(
                    file
                            + " is damaged: bring it back from a copy; without it archives made so far are restored restricted");
        }
        return new ManifestMac(key);
    }

    /// Two programs may come here at the same time: the first link wins, and both take what it
    /// holds.
    private static byte[] create(Path state, Path file) throws IOException {
        byte[] key = new byte[ManifestMac.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path temporary = state.resolve(NAME + "." + UUID.randomUUID() + ".new");
        try {
            write(temporary, key);
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException _) {
            return Files.readAllBytes(file);
        } finally {
            Files.deleteIfExists(temporary);
        }
        try (FileChannel folder = FileChannel.open(state, StandardOpenOption.READ)) {
            folder.force(true);
        }
        return key;
    }

    private static void write(Path temporary, byte[] key) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(key);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
