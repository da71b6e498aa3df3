package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A file of root's as content to upload.
///
/// @param alike what it has in common with objects at the place it goes to
record FileContent(Path file, long sizeBytes, String sha256, List<AlikeRange> alike)
        implements Content {
    FileContent {
        alike = List.copyOf(alike);
    }

    /// The file as it is now, read once for its digest.
    static FileContent of(Path file) throws IOException {
        return new FileContent(file, Files.size(file), Sha256.of(file), List.of());
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
