package dev.packhorse.transport.spi;

import java.time.Instant;

/// Something in a tree, as the place tells it. Nothing proves it.
///
/// @param mode its twelve permission bits
/// @param sizeBytes of a file; of anything else it says nothing
public record TreeEntry(
        TreePath path, Kind kind, int mode, int uid, int gid, long sizeBytes, Instant modified) {
    /// What it is.
    public enum Kind {
        FILE,
        FOLDER,
        SYMLINK
    }
}
