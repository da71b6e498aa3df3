package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A folder that nobody else can reach; gone with all that is in it when closed.
final class PrivateFolder implements AutoCloseable {
    /// Names that neither rsync, ssh nor a shell reads as anything else.
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9/._+-]*");

    private final Path path;

    PrivateFolder(WorkPlace work) throws IOException {
        path =
                Files.createTempDirectory(
                                work.folder(),
                                "packhorse-rsync",
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------")))
                        .toAbsolutePath();
        if (!PLAIN.matcher(path.toString()).matches()) {
            Files.delete(path);
            throw new TransportException(
                    Kind.REFUSED,
                    "the folder for work must have a name of letters, digits and ._+- alone: "
                            + path);
        }
    }

    Path path() {
        return path;
    }

    /// Deletes; links are deleted and not followed.
    @Override
    public void close() throws IOException {
        Files.walkFileTree(path, new Deleting());
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
