package dev.packhorse.engine.daemon;

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

/// The keys in the state folder, each a file of 32 random bytes with mode 0600, made at the first
/// start. Whoever moves to another machine takes these files along.
enum StateKey {
    /// Proves which archives this server made.
    MANIFEST("manifest.key", "without it archives made so far are restored restricted"),
    /// Seals the secrets of destinations, and second factors.
    DESTINATIONS(
            "destinations.key",
            "without it the secrets of all destinations must be set again, and second factors");

    private static final int BYTES = 32;

    private final String file;
    private final String loss;

    StateKey(String file, String loss) {
        this.file = file;
        this.loss = loss;
    }

    /// The name of its file below the state folder.
    String fileName() {
        return file;
    }

    /// The key, made now if there is none.
    ///
    /// @throws IOException if it cannot be read or made, or has the wrong length
    byte[] load(Path state) throws IOException {
        Path path = state.resolve(file);
        byte[] key;
        try {
            key = Files.readAllBytes(path);
        } catch (NoSuchFileException _) {
            key = create(state, path);
        }
        if (key.length != BYTES) {
            throw new IOException(path + " is damaged: bring it back from a copy; " + loss);
        }
        return key;
    }

    /// Two programs may come here at the same time: the first link wins, and both take what it
    /// holds.
    private byte[] create(Path state, Path path) throws IOException {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Path temporary = state.resolve(file + "." + UUID.randomUUID() + ".new");
        try {
            write(temporary, key);
            Files.createLink(path, temporary);
        } catch (FileAlreadyExistsException _) {
            return Files.readAllBytes(path);
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
