package dev.packhorse.engine.rootfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Replaces small files as a whole: a reader, and a machine that lost power, sees the old text or
/// the new one. Thread-safe; the last of two writers wins.
public final class AtomicFile {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private AtomicFile() {}

    /// Writes the text with mode 0600. Missing folders are made with mode 0700. When it returns,
    /// the text is on stable storage; when it throws, the file is as it was and no other file is
    /// left.
    ///
    /// @throws IOException if it cannot be written
    public static void replace(Path file, String text) throws IOException {
        replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /// As [#replace(Path, String)], for bytes.
    public static void replace(Path file, byte[] content) throws IOException {
        Path folder = parent(file);
        DurableFolder.make(folder);
        Path temporary = folder.resolve("." + file.getFileName() + "." + randomTail() + ".tmp");
        try {
            writeAndSync(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        DurableFolder.sync(folder);
    }

    /// Removes the file for good.
    ///
    /// @return false if there was none
    /// @throws IOException if it cannot be removed
    public static boolean remove(Path file) throws IOException {
        boolean removed = Files.deleteIfExists(file);
        if (removed) {
            DurableFolder.sync(parent(file));
        }
        return removed;
    }

    private static Path parent(Path file) {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException("file has no folder: " + file);
        }
        return folder;
    }

    private static void writeAndSync(Path temporary, byte[] content) throws IOException {
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(temporary, options, PRIVATE_FILE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static String randomTail() {
        return Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
    }
}
