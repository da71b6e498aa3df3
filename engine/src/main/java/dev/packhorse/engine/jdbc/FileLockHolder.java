package dev.packhorse.engine.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Finds out who holds a record lock on a file.
///
/// Source: proc(5), `/proc/locks`: `1: POSIX ADVISORY WRITE 4711 08:02:1234 0 EOF`, where the sixth
/// field ends in the inode number.
final class FileLockHolder {
    private FileLockHolder() {}

    /// The process that holds a lock on the file, empty if there is none or it cannot be told (not
    /// on Linux, or in another process name space).
    static OptionalLong of(Path file) {
        try {
            String inode = ":" + Files.getAttribute(file, "unix:ino");
            try (Stream<String> lines = Files.lines(Path.of("/proc/locks"))) {
                return lines.map(line -> line.trim().split("\\s+"))
                        .filter(fields -> fields.length > 5 && fields[5].endsWith(inode))
                        .mapToLong(fields -> Long.parseLong(fields[4]))
                        .filter(pid -> pid > 0)
                        .findFirst();
            }
        } catch (IOException | UnsupportedOperationException | NumberFormatException e) {
            // The number only makes a message better, so its absence is an answer too.
            return OptionalLong.empty();
        }
    }
}
