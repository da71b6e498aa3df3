package dev.packhorse.transport.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder for temporary files, which all programs share.
enum TemporaryFolder implements WorkPlace {
    INSTANCE;

    /// Left free for everybody else.
    private static final long RESERVE_BYTES = 64L << 20;

    @Override
    public Path folder() {
        return Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
    }

    @Override
    public long roomBytes() throws IOException {
        return Files.getFileStore(folder()).getUsableSpace() - RESERVE_BYTES;
    }
}
