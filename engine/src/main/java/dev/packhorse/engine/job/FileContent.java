package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A file of root's as content to upload.
record FileContent(Path file, long sizeBytes, String sha256) implements Content {
    /// The file as it is now, read once for its digest.
    static FileContent of(Path file) throws IOException {
        return new FileContent(file, Files.size(file), Sha256.of(file));
    }

    @Override
    public InputStream open() throws IOException {
        return Files.newInputStream(file);
    }

    @Override
    public Optional<Path> localFile() {
        return Optional.of(file.toAbsolutePath());
    }
}
