package dev.packhorse.engine.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;

/// Writes files that only the daemon's own user may read (mode 0600). A reader sees the old content
/// or the new one, never a part of it; after a return the content is on the disk. Safe for many
/// threads and processes.
public final class SecretFile {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration ABANDONED = Duration.ofHours(1);

    private SecretFile() {}

    /// Makes a folder with mode 0700, if it is not there. After a return it is on the disk.
    ///
    /// @throws IOException if it cannot be made, or something else has its name; a link counts as
    ///   something else
    public static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            syncFolder(folderOf(folder));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("not a folder: " + folder, e);
            }
        }
    }

    /// Writes the file, in place of any of the same name.
    public static void write(Path file, byte[] content) throws IOException {
        Path folder = folderOf(file);
        Path temporary = writeTemporary(folder, file.getFileName().toString(), content);
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        syncFolder(folder);
    }

    /// Writes the file unless its name is taken.
    ///
    /// @return false if there was a file of this name, which is left as it is
    public static boolean create(Path file, byte[] content) throws IOException {
        Path folder = folderOf(file);
        Path temporary = writeTemporary(folder, file.getFileName().toString(), content);
        try {
            // A rename would replace an existing file; a link is refused by the kernel.
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException _) {
            Files.delete(temporary);
            return false;
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        try {
            Files.delete(temporary);
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        syncFolder(folder);
        return true;
    }

    /// Deletes the file for good.
    ///
    /// @return false if there was none
    public static boolean delete(Path file) throws IOException {
        boolean deleted = Files.deleteIfExists(file);
        if (deleted) {
            syncFolder(folderOf(file));
        }
        return deleted;
    }

    private static Path folderOf(Path file) {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException("path without a folder: " + file);
        }
        return folder;
    }

    private static Path writeTemporary(Path folder, String name, byte[] content)
            throws IOException {
        byte[] tail = new byte[8];
        RANDOM.nextBytes(tail);
        Path temporary = folder.resolve("." + name + "." + HexFormat.of().formatHex(tail) + ".tmp");
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        try {
            sweep(folder, name, Files.getLastModifiedTime(temporary));
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        return temporary;
    }

    /// A process that was killed leaves its temporary file; the next writer of the same file
    /// removes it.
    private static void sweep(Path folder, String name, FileTime now) throws IOException {
        FileTime limit = FileTime.from(now.toInstant().minus(ABANDONED));
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(
                        folder, path -> isTemporaryOf(path.getFileName().toString(), name))) {
            for (Path path : left) {
                if (isOlder(path, limit)) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private static boolean isOlder(Path path, FileTime limit) throws IOException {
        try {
            return Files.getLastModifiedTime(path).compareTo(limit) < 0;
        } catch (NoSuchFileException _) {
            return false; // its writer has just finished
        }
    }

    private static boolean isTemporaryOf(String candidate, String name) {
        return candidate.startsWith("." + name + ".") && candidate.endsWith(".tmp");
    }

    private static void deleteAfter(IOException failure, Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
