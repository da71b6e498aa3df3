package dev.packhorse.engine.host;

import java.nio.file.Path;

/// The folder below which the host's files lie: `/` for the server itself, another folder for a
/// server root made by `packhorse demo`, a mounted disk or a test. Paths given to it are absolute
/// as the host sees them.
public record HostRoot(Path folder) {
    public HostRoot {
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException("host root must be absolute: " + folder);
        }
        folder = folder.normalize();
    }

    /// Whether the host's files are not those of the running system.
    public boolean isForeign() {
        return folder.getNameCount() > 0;
    }

    /// Where a file of the host lies on this system. For fixed paths of the system and checked
    /// names only, never for text from a customer or an archive.
    ///
    /// @throws IllegalArgumentException if the path is not absolute or leaves the root
    public Path resolve(String absolute) {
        if (!absolute.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: " + absolute);
        }
        Path resolved = folder.resolve(absolute.substring(1)).normalize();
        if (!resolved.startsWith(folder)) {
            throw new IllegalArgumentException("path leaves the host root: " + absolute);
        }
        return resolved;
    }
}
