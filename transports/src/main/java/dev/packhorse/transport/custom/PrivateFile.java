package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The name of a file that nobody else can reach, in a folder of its own; gone when closed.
final class PrivateFile implements AutoCloseable {
    private final Path folder;
    private final Path file;

    /// Makes the folder; the file is made by whoever writes it.
    PrivateFile(WorkPlace work) throws IOException {
        folder =
                Files.createTempDirectory(
                        work.folder(),
                        "packhorse-custom",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        file = folder.resolve("object");
    }

    Path path() {
        return file;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
    }
}
