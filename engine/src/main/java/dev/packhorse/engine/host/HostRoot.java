package dev.packhorse.engine.host;

import java.nio.file.Path;
import java.util.Optional;

/// The folder below which the host's files lie: `/` for the server itself, another folder for a
/// server root made by `packhorse demo`, a mounted disk or a test. Paths given to it are absolute
/// as the host sees them.
///
/// @param watch sees every change of the host's own files
public record HostRoot(Path folder, HostWatch watch) {
    public HostRoot(Path folder) {
        this(folder, HostWatch.NONE);
    }

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

    /// The same host, with its changes watched.
    public HostRoot watchedBy(HostWatch other) {
        return new HostRoot(folder, other);
    }

    /// What is rehearsed here, empty if changes are real.
    public Optional<HostRehearsal> rehearsal() {
        return watch instanceof HostRehearsal rehearsal ? Optional.of(rehearsal) : Optional.empty();
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
