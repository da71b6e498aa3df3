package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Copies a SQLite file of root's into staging while the program that writes it may be running. A
/// copy counts if nothing changed meanwhile and no journal lay beside it: then it is what SQLite
/// itself would find after its last transaction.
///
/// Source: sqlite.org, "How To Corrupt An SQLite Database File", section 1.2.
final class SqliteCopy {
    private static final byte[] HEAD = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TRIES = 3;

    private final HostFiles files;
    private final Path staging;
    private final Cancellation cancellation;

    SqliteCopy(HostFiles files, Path staging, Cancellation cancellation) {
        this.files = files;
        this.staging = staging;
        this.cancellation = cancellation;
    }

    /// Whether a file begins as such files do.
    static boolean isSqlite(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(HEAD.length), HEAD);
        }
    }

    /// The copy, which the caller removes; empty if there is no such file, or it was always being
    /// written, which is told.
    Optional<Path> of(String path, ItemList warnings) throws IOException {
        if (files.stat(path).isEmpty()) {
            return Optional.empty();
        }
        Path copy = Files.createTempFile(staging, "history", ".sqlite");
        boolean whole = false;
        try {
            for (int i = 0; i < TRIES && !whole; i++) {
                cancellation.check();
                whole = copy(path, copy);
            }
        } finally {
            if (!whole) {
                Files.delete(copy);
            }
        }
        if (!whole) {
            warnings.add(path + ": not packed, it was being written each time");
            return Optional.empty();
        }
        return Optional.of(copy);
    }

    private boolean copy(String path, Path copy) throws IOException {
        int slash = path.lastIndexOf('/');
        ByteName name = ByteName.of(path.substring(slash + 1));
        try (Directory folder = files.open(path.substring(0, slash));
                PosixFile file = folder.openForReading(name)) {
            Files.copy(
                    file.asInputStream(), copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            FileStat before = file.openedStat();
            FileStat after = folder.stat(name);
            return before.equals(after)
                    && folder.find(ByteName.of(name + "-journal")).isEmpty()
                    && folder.find(ByteName.of(name + "-wal")).isEmpty();
        }
    }
}
